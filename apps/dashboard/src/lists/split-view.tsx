import type { ReactNode } from 'react';

interface SplitViewProps {
  /** At the right of the list. Absent: the list has the whole width. */
  detail?: ReactNode;
  children: ReactNode;
}

/** A list, and beside it what is open. */
export function SplitView({ detail, children }: SplitViewProps) {
  return (
    <div className="flex min-h-0 flex-1">
      <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">{children}</div>
      {detail !== undefined && (
        <div className="flex min-h-0 w-[46%] min-w-md border-line border-l">{detail}</div>
      )}
    </div>
  );
}
