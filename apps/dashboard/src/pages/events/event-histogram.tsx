import type { Timeline } from '@hookline/contracts';
import { useCall } from '../../api/use-call.ts';
import { Histogram, type HistogramBucket } from '../../ui/histogram.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { Filters } from '../../url/filters.ts';
import type { Bounds, TimeRange } from '../../url/time-range.ts';
import { timelineBuckets } from './timeline-buckets.ts';

/** The filters that the counters know. */
const COUNTED = new Set(['eventType', 'provider', 'userId']);

const SERIES = [
  { id: 'failed', label: 'dead letter', tone: 'danger' },
  { id: 'others', label: 'other', tone: 'active' },
] as const;

interface EventHistogramProps {
  filters: Filters;
  bounds: Bounds;
  onRange: (range: TimeRange) => void;
}

/** How many events came when. Choosing a part of it sets the range of the list. */
export function EventHistogram({ filters, bounds, onRange }: EventHistogramProps) {
  const counted = Object.fromEntries(Object.entries(filters).filter(([name]) => COUNTED.has(name)));
  const isWhole = Object.keys(counted).length === Object.keys(filters).length;
  const { data, error } = useCall(
    'getTimeline',
    { query: { ...counted, ...bounds } },
    { keepPrevious: true },
  );
  if (error) return null;
  if (!data) return <Skeleton className="h-17 w-full" />;
  return (
    <div>
      <Histogram
        label="Events received"
        buckets={toBuckets(data.data)}
        series={SERIES}
        onBrush={(fromMs, toMs) =>
          onRange({ startDate: new Date(fromMs).toISOString(), endDate: new Date(toMs).toISOString() })
        }
      />
      {!isWhole && (
        <p className="text-2xs text-faint">
          The chart counts by type, provider and tenant only; the list has all the filters.
        </p>
      )}
    </div>
  );
}

const toBuckets = (timeline: Timeline): HistogramBucket[] =>
  timelineBuckets(timeline, ({ received, failedEvents }) => ({
    failed: failedEvents,
    others: received - failedEvents,
  }));
