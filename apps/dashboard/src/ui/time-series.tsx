import { lazy, Suspense } from 'react';
import type { TimeSeriesProps } from './charts/time-series-props.ts';
import { classNames } from './class-names.ts';
import { Skeleton } from './skeleton.tsx';

const Plot = lazy(() => import('./charts/time-series-plot.tsx'));

/** Values over time, with a cursor and a choice of a range. The library behind it is loaded when the first one is shown. */
export function TimeSeries({ className, ...props }: TimeSeriesProps) {
  const height = props.height ?? 180;
  return (
    <div className={classNames('min-w-0', className)} style={{ minHeight: height + 24 }}>
      <Suspense fallback={<Skeleton className="h-full min-h-48 w-full" />}>
        <Plot {...props} height={height} />
      </Suspense>
    </div>
  );
}
