import type { ReactNode } from 'react';
import { useTitle } from './use-title.ts';

interface PageHeaderProps {
  title: string;
  /** Beside the title. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** The first line of a page. */
export function PageHeader({ title, children, actions }: PageHeaderProps) {
  useTitle(title);
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-1.5">
      <h1 className="font-semibold text-md tracking-tight">{title}</h1>
      {children}
      {actions !== undefined && <div className="ml-auto flex items-center gap-1.5">{actions}</div>}
    </header>
  );
}
