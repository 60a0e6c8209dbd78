import { Cron } from 'croner';

/** The days of a pattern can be rare; a schedule without a time within so many runs is judged by fewer. */
const RUNS_CHECKED = 100;
const MIN_DISTANCE_MS = 60_000;

/**
 * Describes what is wrong with the cron pattern or the time zone of a schedule. The text continues the name of the field.
 * @returns undefined if the schedule comes due, and at most once a minute
 */
export function findCronProblem(
  cron: string,
  timeZone: string,
): { field: 'cron' | 'timeZone'; text: string } | undefined {
  if (!isTimeZone(timeZone)) {
    return { field: 'timeZone', text: 'must be an IANA time zone such as Europe/Berlin' };
  }
  if (cron.trim().split(/\s+/).length !== 5) {
    return {
      field: 'cron',
      text: 'must have five fields: minute, hour, day of the month, month, day of the week',
    };
  }
  let runs: Date[];
  try {
    runs = new Cron(cron, { timezone: timeZone }).nextRuns(RUNS_CHECKED);
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: /, '');
    return { field: 'cron', text: `is not a cron pattern: ${reason}` };
  }
  if (runs.length === 0) return { field: 'cron', text: 'never comes due: no such date exists' };
  const isTooOften = runs.some((run, index) => {
    const next = runs[index + 1];
    return next !== undefined && next.getTime() - run.getTime() < MIN_DISTANCE_MS;
  });
  return isTooOften ? { field: 'cron', text: 'must be due at most once a minute' } : undefined;
}

function isTimeZone(name: string): boolean {
  // An offset such as +02:00 is accepted by Intl and has no rules for daylight saving time.
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
