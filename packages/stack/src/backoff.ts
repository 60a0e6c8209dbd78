const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;

/** How long a process must have lived for its death to count as the first again. */
export const HEALTHY_AFTER_MS = 30_000;

/** The wait before restart number `deaths` (1 = the first death in a row): 0.5 s, doubling up to 10 s. */
export function restartDelayMs(deaths: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, deaths - 1), MAX_DELAY_MS);
}
