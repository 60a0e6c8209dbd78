import { Cron } from 'croner';

/** The first time of a cron pattern after `from`; undefined if it never comes due. */
export function findNextTime(cron: string, timeZone: string, from: Date): Date | undefined {
  return new Cron(cron, { timezone: timeZone }).nextRun(from) ?? undefined;
}
