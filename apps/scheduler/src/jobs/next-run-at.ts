import { findNextTime } from './find-next-time.ts';

/** The first time of a cron pattern after `from`, in UTC. */
export function nextRunAt(cron: string, from: Date): Date {
  const next = findNextTime(cron, 'UTC', from);
  if (!next) throw new Error(`the cron pattern "${cron}" never comes due`);
  return next;
}
