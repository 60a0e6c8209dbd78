import { classNames } from './class-names.ts';

/** Stands where text will be, so that nothing moves when it arrives. Its size comes from `className`. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={classNames('block animate-pulse rounded-sm bg-line', className)} />;
}

/** Stands where the rows of a list will be. */
export function SkeletonRows({ count }: { count: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all are alike
        <div key={index} className="flex h-7 items-center gap-4 border-line border-b px-3">
          <Skeleton className="h-2.5 w-16" />
          <Skeleton className={classNames('h-2.5', WIDTHS[index % WIDTHS.length])} />
          <Skeleton className="ml-auto h-2.5 w-12" />
        </div>
      ))}
    </div>
  );
}

const WIDTHS = ['w-52', 'w-36', 'w-64', 'w-44'];
