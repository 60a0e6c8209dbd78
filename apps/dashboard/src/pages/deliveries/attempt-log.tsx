import type { Attempt } from '@hookline/contracts';
import { AttemptDetails } from '../../attempts/attempt-details.tsx';
import { formatDuration } from '../../time/format-time.ts';
import { Badge } from '../../ui/badge.tsx';
import { DELIVERY_STATES } from '../../ui/states.ts';
import { Time } from '../../ui/time.tsx';

const LOOKS = {
  success: DELIVERY_STATES.success,
  retry: { ...DELIVERY_STATES.retrying, word: 'Failed' },
  failed: DELIVERY_STATES.failed,
  dropped: { ...DELIVERY_STATES.discarded, word: 'Dropped' },
} as const;

const CAUSES: Readonly<Record<Attempt['trigger'], string | undefined>> = {
  schedule: undefined,
  operator: 'by an operator',
  tenant: 'by the tenant',
};

/** Every attempt at a delivery, the newest first and open. */
export function AttemptLog({ attempts }: { attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return <p className="text-subtle">There was no attempt yet.</p>;
  const newestFirst = attempts.toReversed();
  return (
    <ol aria-label="Attempts" className="grid gap-3">
      {newestFirst.map((attempt, index) => {
        const { tone, icon, word } = LOOKS[attempt.outcome];
        const cause = CAUSES[attempt.trigger];
        return (
          <li key={attempt.attempt} className="border-line border-b pb-3 last:border-b-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium">Attempt {attempt.attempt}</span>
              <Badge tone={tone} icon={icon}>
                {word}
              </Badge>
              <span className="tabular-nums">{attempt.responseCode ?? attempt.errorCode}</span>
              <span className="text-subtle tabular-nums">{formatDuration(attempt.durationMs)}</span>
              {cause !== undefined && <span className="text-subtle">{cause}</span>}
              <Time at={attempt.startedAt} form="clock" className="ml-auto text-subtle text-xs" />
            </div>
            <AttemptDetails attempt={attempt} isOpenAtFirst={index === 0} />
          </li>
        );
      })}
    </ol>
  );
}
