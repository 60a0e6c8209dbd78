import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './kbd.tsx';

export interface ButtonLook {
  tone?: 'plain' | 'primary' | 'danger' | 'quiet' | undefined;
  /** `small` is 24 px high, `medium` 28 px, `large` 36 px. */
  size?: 'small' | 'medium' | 'large' | undefined;
  className?: string | undefined;
}

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'>, ButtonLook {
  icon?: LucideIcon | undefined;
  /** Shown in the button, as in the table of shortcuts. */
  shortcut?: string | undefined;
  /** Its action is under way. The button keeps its size and its place in the order of focus. */
  isBusy?: boolean | undefined;
}

/** Starts an action. What leads to a page is a `Link`. */
export function Button({
  tone,
  size,
  className,
  icon: Icon,
  shortcut,
  isBusy = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
      className={buttonClass({ tone, size, className })}
    >
      {isBusy ? (
        <LoaderCircle aria-hidden className="size-3.5 shrink-0 animate-spin" />
      ) : (
        Icon && <Icon aria-hidden className="size-3.5 shrink-0" />
      )}
      {children}
      {shortcut !== undefined && <Kbd keys={shortcut} className="-mr-1 ml-0.5 max-sm:hidden" />}
    </button>
  );
}

/** Also for links that look like a button. */
export const buttonClass = ({ tone = 'plain', size = 'medium', className }: ButtonLook): string =>
  classNames(
    'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium text-sm transition-colors',
    'disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-60',
    SIZES[size],
    TONES[tone],
    className,
  );

const SIZES = {
  small: 'h-6 px-2 text-xs',
  medium: 'h-7 px-2.5',
  large: 'h-9 px-3.5',
};

const TONES = {
  plain:
    'border border-line-strong bg-raised text-text shadow-control hover:bg-hover active:bg-line data-popup-open:bg-hover',
  primary: 'bg-accent-solid text-on-solid shadow-control hover:bg-accent-solid-hover',
  danger: 'bg-danger-button text-on-solid shadow-control hover:bg-danger-button-hover',
  quiet: 'text-subtle hover:bg-hover hover:text-text active:bg-line data-popup-open:bg-hover',
};
