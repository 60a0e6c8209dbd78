import { Cron } from 'croner';

/** The first time of a cron pattern after `from`, in UTC. */
export function nextRunAt(cron: string, from: Date): Date {
  const next = new Cron(cron, { timezone: 'UTC' }).nextRun(from);
  if (!next) throw new Error(`the cron pattern "${cron}" never comes due`);
  return next;
}
