const FIRST_DELAY_MS = 500;
/** The longest wait. The client passes on an error that asks for a longer one. */
const LONGEST_DELAY_MS = 30_000;

/**
 * Reads `Retry-After`: seconds, or a date of HTTP (RFC 9110).
 * @returns ms from now, at least 0. Undefined when the header is absent or not valid.
 */
export function parseRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const timeMs = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : Math.max(0, timeMs - nowMs);
}

/**
 * How long to wait before the next try: what the gateway asks for, else 0.5 s doubled with each try and spread by half.
 * @param attempt 0 after the first try
 * @param random from 0 to 1
 * @returns ms. Undefined when the gateway asks for more than 30 s.
 */
export function retryDelayMs(
  retryAfterMs: number | undefined,
  attempt: number,
  random: number,
): number | undefined {
  if (retryAfterMs === undefined)
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 30)) * (0.5 + random / 2);
  return retryAfterMs <= LONGEST_DELAY_MS ? retryAfterMs : undefined;
}
