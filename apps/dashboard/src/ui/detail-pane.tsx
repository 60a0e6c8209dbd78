import { Maximize2, X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';
import { Link } from './link.tsx';
import { Tooltip } from './tooltip.tsx';

interface DetailPaneProps {
  title: ReactNode;
  /** Under the title: state, time, ids. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** The page that shows the same in full width. */
  fullHref?: string | undefined;
  /** Absent on a page of its own. */
  onClose?: (() => void) | undefined;
  className?: string | undefined;
  children: ReactNode;
}

/** One thing in detail, beside the list that it is from. Its head stays while its content scrolls. */
export function DetailPane({
  title,
  subtitle,
  actions,
  fullHref,
  onClose,
  className,
  children,
}: DetailPaneProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={classNames('flex min-h-0 min-w-0 flex-1 flex-col bg-surface', className)}
    >
      <header className="flex flex-wrap items-start gap-x-3 gap-y-2 border-line border-b px-4 py-2.5">
        <div className="min-w-0 flex-1 basis-40">
          <h2 id={id} className="truncate font-semibold text-md tracking-tight">
            {title}
          </h2>
          {subtitle !== undefined && (
            <div className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-subtle">{subtitle}</div>
          )}
        </div>
        <div className="flex items-center gap-1.5">
          {actions}
          {fullHref !== undefined && (
            <Tooltip text="Open in full width" shortcut="Enter">
              <Link
                href={fullHref}
                look="bare"
                aria-label="Open in full width"
                className="inline-flex size-7 items-center justify-center rounded-md text-subtle hover:bg-hover hover:text-text"
              >
                <Maximize2 aria-hidden className="size-3.5" />
              </Link>
            </Tooltip>
          )}
          {onClose && <IconButton icon={X} label="Close" shortcut="Escape" onClick={onClose} />}
        </div>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
    </section>
  );
}
