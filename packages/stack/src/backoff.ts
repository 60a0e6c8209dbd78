const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;

/** A process that ran at least this long starts a new count of deaths when it ends. */
export const HEALTHY_AFTER_MS = 30_000;

/** The delay before the restart after `deaths` deaths in a row: 0.5 s after the first, doubling up to 10 s. */
export function restartDelayMs(deaths: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, deaths - 1), MAX_DELAY_MS);
}
