import type { ReactNode } from 'react';

interface ExampleProps {
  title: string;
  /** `wide`: takes the whole width of the page. */
  isWide?: boolean | undefined;
  children: ReactNode;
}

/** One part in its forms. */
export function Example({ title, isWide = false, children }: ExampleProps) {
  return (
    <section className={isWide ? 'min-w-0 md:col-span-2' : 'min-w-0'}>
      <h3 className="mb-2 font-medium text-subtle text-xs">{title}</h3>
      <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-4">
        {children}
      </div>
    </section>
  );
}
