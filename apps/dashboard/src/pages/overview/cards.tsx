import type { OperationAnswer } from '@hookline/client';
import type { Statistics } from '@hookline/contracts';
import { CircleCheck, CircleX, RotateCw } from 'lucide-react';
import { formatDuration } from '../../time/format-time.ts';
import { Stat } from '../../ui/stat.tsx';
import { HealthStat } from './health-stat.tsx';

interface CardsProps {
  statistics: Statistics;
  /** Of the whole time for which statistics are kept. */
  totals: OperationAnswer<'getEventStats'>['data'];
}

/** The numbers that one looks at first. */
export function Cards({ statistics: { summary, deliveries }, totals }: CardsProps) {
  const underWay = totals.pending + totals.processing + totals.failed;
  const { p95Ms } = deliveries.durations;
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-7">
      <HealthStat />
      <Stat
        label="Events"
        value={summary.totalEvents.toLocaleString('en')}
        href="/events"
        detail="in this range"
      />
      <Stat
        label="Success"
        value={`${Number(summary.successRate).toLocaleString('en')} %`}
        tone={Number(summary.successRate) < 99 ? 'warning' : 'success'}
        icon={CircleCheck}
        detail={`${summary.processedEvents.toLocaleString('en')} processed`}
      />
      <Stat
        label="Dead letters"
        value={summary.failedEvents.toLocaleString('en')}
        {...(summary.failedEvents > 0 && { tone: 'danger' as const })}
        icon={CircleX}
        href="/events?status=dead_letter"
        detail={`${totals.dead_letter.toLocaleString('en')} of all events`}
      />
      <Stat
        label="Being retried"
        value={totals.failed.toLocaleString('en')}
        {...(totals.failed > 0 && { tone: 'warning' as const })}
        icon={RotateCw}
        href="/events?status=failed"
        detail="now"
      />
      <Stat
        label="Under way"
        value={underWay.toLocaleString('en')}
        href="/events?processed=false"
        detail="pending, sending or retrying"
      />
      <Stat
        label="Answer time"
        value={p95Ms === null ? '–' : formatDuration(p95Ms)}
        detail={`95 % of ${deliveries.attempts.toLocaleString('en')} attempts were faster`}
      />
    </div>
  );
}
