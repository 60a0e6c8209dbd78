import { DAY_SECONDS, FINE_HOURS, FINE_SECONDS, HOUR_SECONDS } from './steps.ts';

const SECOND_MS = 1_000;
const HOUR_MS = HOUR_SECONDS * SECOND_MS;
const DAY_MS = DAY_SECONDS * SECOND_MS;

/** The longest range that is counted in steps of each length. */
const LONGEST_MS = { fine: 25 * HOUR_MS, hours: 14 * DAY_MS, days: 366 * DAY_MS };

export type StepSeconds = typeof FINE_SECONDS | typeof HOUR_SECONDS | typeof DAY_SECONDS;

/** A range of whole steps. */
export interface TimelineRange {
  stepSeconds: StepSeconds;
  from: Date;
  /** The end of the last step. */
  to: Date;
}

/**
 * Chooses the steps in which a range is counted, so that there are at most 366, and widens the range to whole steps.
 * @returns undefined if the range is too long
 */
export function timelineRange(start: Date, end: Date, now: Date): TimelineRange | undefined {
  const lengthMs = end.getTime() - start.getTime();
  if (lengthMs > LONGEST_MS.days) return undefined;
  const isRecent = now.getTime() - start.getTime() <= FINE_HOURS * HOUR_MS;
  const stepSeconds =
    isRecent && lengthMs <= LONGEST_MS.fine
      ? FINE_SECONDS
      : lengthMs <= LONGEST_MS.hours
        ? HOUR_SECONDS
        : DAY_SECONDS;
  const stepMs = stepSeconds * SECOND_MS;
  return {
    stepSeconds,
    from: new Date(Math.floor(start.getTime() / stepMs) * stepMs),
    to: new Date(Math.ceil(end.getTime() / stepMs) * stepMs),
  };
}
