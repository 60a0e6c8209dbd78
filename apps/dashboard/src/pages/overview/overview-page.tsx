import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useCall } from '../../api/use-call.ts';
import { RangePicker } from '../../lists/range-picker.tsx';
import { PageHeader } from '../../shell/page-header.tsx';
import { Unreadable } from '../../shell/unreadable.tsx';
import { useFromNow } from '../../time/clock.ts';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { boundsOf, type TimeRange } from '../../url/time-range.ts';
import { useFilters } from '../../url/use-filters.ts';
import { FirstEvent } from '../events/first-event.tsx';
import { Attention } from './attention.tsx';
import { Cards } from './cards.tsx';
import { EventTypes } from './event-types.tsx';
import { Ledger } from './ledger.tsx';
import { LatencyChart, ReceivedChart } from './timeline-charts.tsx';

const NO_FIELDS: readonly [] = [];
const DAY: TimeRange = { last: '24h' };
const MINUTE_MS = 60_000;

/** How things stand: what needs somebody, how much came, what became of it. */
export default function OverviewPage() {
  const { range = DAY, setRange } = useFilters(NO_FIELDS);
  const minute = useFromNow((nowMs) => Math.floor(nowMs / MINUTE_MS));
  const bounds = useMemo(() => boundsOf(range, minute * MINUTE_MS), [range, minute]);
  const [, navigate] = useLocation();
  const timeline = useCall('getTimeline', { query: bounds }, { keepPrevious: true });
  const statistics = useCall(
    'getStatistics',
    { query: { hours: hoursOf(bounds, minute * MINUTE_MS) } },
    { keepPrevious: true },
  );
  const totals = useCall('getEventStats', {});

  const showEvents = (fromMs: number, toMs: number) =>
    navigate(
      `/events?${new URLSearchParams({ startDate: new Date(fromMs).toISOString(), endDate: new Date(toMs).toISOString() })}`,
    );
  const error = statistics.error ?? timeline.error ?? totals.error;
  return (
    <>
      <PageHeader
        title="Overview"
        actions={<RangePicker range={range} defaultLabel="Last 24 hours" onChange={setRange} />}
      />
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas p-4">
        {error ? (
          <Unreadable
            error={error}
            onRetry={() => Promise.all([statistics.refetch(), timeline.refetch(), totals.refetch()])}
          />
        ) : totals.data?.data.total === 0 ? (
          <FirstEvent />
        ) : (
          <div className="mx-auto grid max-w-2xl gap-4 lg:max-w-none">
            <Attention />
            {statistics.data && totals.data ? (
              <Cards statistics={statistics.data.data} totals={totals.data.data} />
            ) : (
              <Skeleton className="h-20 w-full" />
            )}
            <div className="grid gap-4 lg:grid-cols-2">
              <Panel title="Events received" detail="by provider">
                {timeline.data ? (
                  <ReceivedChart timeline={timeline.data.data} onBrush={showEvents} />
                ) : (
                  <Skeleton className="h-48 w-full" />
                )}
              </Panel>
              <Panel title="Answers of endpoints" detail="time of an attempt">
                {timeline.data ? (
                  <LatencyChart timeline={timeline.data.data} onBrush={showEvents} />
                ) : (
                  <Skeleton className="h-48 w-full" />
                )}
              </Panel>
            </div>
            <div className="grid items-start gap-4 lg:grid-cols-2">
              {statistics.data && <EventTypes statistics={statistics.data.data} />}
              <Ledger />
            </div>
          </div>
        )}
      </div>
    </>
  );
}

const HOUR_MS = 3_600_000;

/** The statistics count back from now, in whole hours. */
function hoursOf({ startDate }: { startDate?: string }, nowMs: number): number {
  if (startDate === undefined) return 24;
  return Math.min(8_760, Math.max(1, Math.ceil((nowMs - Date.parse(startDate)) / HOUR_MS)));
}
