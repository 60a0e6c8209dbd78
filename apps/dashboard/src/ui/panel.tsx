import { type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

interface PanelProps {
  title: string;
  /** A quieter line beside the title. */
  detail?: ReactNode;
  actions?: ReactNode;
  /** `flush`: the content touches the edges, as a list does. */
  isFlush?: boolean | undefined;
  className?: string | undefined;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, detail, actions, isFlush = false, className, children }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={classNames('flex min-w-0 flex-col rounded-lg border border-line bg-surface', className)}
    >
      <header className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b px-3 py-1">
        <h3 id={id} className="font-medium">
          {title}
        </h3>
        {detail !== undefined && <span className="min-w-0 truncate text-subtle text-xs">{detail}</span>}
        {actions !== undefined && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </header>
      <div className={classNames('min-h-0 flex-1', !isFlush && 'p-3')}>{children}</div>
    </section>
  );
}
