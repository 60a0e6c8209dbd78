import type { Schedule } from '@hookline/contracts';
import { Cron } from 'croner';

/** The times for which a schedule publishes events now, and the time at which it is due next. */
export interface DueTimes {
  /** Oldest first. */
  readonly times: readonly Date[];
  /** Undefined: the pattern never comes due again. */
  readonly next: Date | undefined;
}

/** With `catchUp: none`, a time that is longer past was missed. */
const ON_TIME_MS = 60_000;
/** The most missed times that `catchUp: all` makes up for. */
const MAX_CAUGHT_UP = 24;

/**
 * Decides for which of the times between `dueAt`, the schedule's oldest open time, and `now` events are published.
 * Independent of how many times were missed: only the last ones are calculated.
 */
export function findDueTimes(
  { cron, timeZone, catchUp }: Pick<Schedule, 'cron' | 'timeZone' | 'catchUp'>,
  dueAt: Date,
  now: Date,
): DueTimes {
  const pattern = new Cron(cron, { timezone: timeZone });
  const next = pattern.nextRun(now) ?? undefined;
  // A time that equals the reference is not among the previous runs.
  const justAfter = new Date(now.getTime() + 1);
  const past = pattern
    .previousRuns(catchUp === 'all' ? MAX_CAUGHT_UP : 1, justAfter)
    .filter((time) => time >= dueAt)
    .reverse();
  // A time zone whose rules changed since: the open time is not one of the pattern's any more.
  const open = past.length === 0 && dueAt <= now ? [dueAt] : past;
  const times =
    catchUp === 'none' ? open.filter((time) => now.getTime() - time.getTime() <= ON_TIME_MS) : open;
  return { times, next };
}
