import { Check, Copy } from 'lucide-react';
import { classNames } from './class-names.ts';
import { Link } from './link.tsx';
import { Truncated } from './truncated.tsx';
import { useCopy } from './use-copy.ts';

interface IdProps {
  id: string;
  /** Its page. With it the id is a link, and a button beside it copies. */
  href?: string | undefined;
  className?: string | undefined;
}

/** An id: its middle is left out where it is too long, and a click copies all of it. */
export function Id({ id, href, className }: IdProps) {
  const { copy, state } = useCopy();
  const Icon = state === 'copied' ? Check : Copy;
  return (
    <span
      title={id}
      className={classNames(
        'group/id relative inline-flex min-w-0 max-w-full items-center font-mono text-subtle text-xs',
        className,
      )}
    >
      {href !== undefined && (
        <Link href={href} className="inline-flex min-w-0">
          <Truncated text={id} />
        </Link>
      )}
      <button
        type="button"
        aria-label={`Copy ${id}`}
        onClick={() => copy(id)}
        className={classNames(
          'inline-flex h-5 min-w-0 items-center gap-1.5 rounded-sm text-left hover:bg-hover hover:text-text',
          href === undefined ? '-mx-1 px-1' : 'w-5 shrink-0 justify-center',
        )}
      >
        {href === undefined && <Truncated text={id} />}
        <Icon
          aria-hidden
          className={classNames(
            'size-3 shrink-0',
            state === 'copied'
              ? 'text-success'
              : 'text-faint opacity-0 group-focus-within/id:opacity-100 group-hover/id:opacity-100',
          )}
        />
      </button>
    </span>
  );
}
