import { classNames } from './class-names.ts';
import { keyCaps } from './key-caps.ts';

interface KbdProps {
  /** As in the table of shortcuts: `j`, `mod+k`, `g e`. */
  keys: string;
  className?: string | undefined;
}

/** The keys of a shortcut, as they are printed on the keyboard at hand. */
export function Kbd({ keys, className }: KbdProps) {
  return (
    <span className={classNames('inline-flex items-center gap-1 align-baseline', className)}>
      {keyCaps(keys, isApple).map((cap, index) => (
        <kbd
          // biome-ignore lint/suspicious/noArrayIndexKey: a cap can be there twice, and the list never changes
          key={index}
          className="inline-flex h-4 min-w-4 items-center justify-center rounded-xs border border-line-strong bg-canvas px-1 font-sans text-2xs text-subtle leading-none"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}

const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
