/** Statuses of a request that was not carried out: it may be sent again. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 503]);
const FIRST_DELAY_MS = 500;
/** The longest wait. The client passes on an error that asks for a longer one. */
const LONGEST_DELAY_MS = 30_000;

export const isRetryable = (status: number) => RETRYABLE_STATUSES.has(status);

/**
 * Reads `Retry-After`: seconds, or a date of HTTP (RFC 9110).
 * @returns seconds from now, at least 0. Undefined when the header is absent or not valid.
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const timeMs = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : Math.max(0, Math.ceil((timeMs - nowMs) / 1_000));
}

/**
 * How long to wait before the next try: what the gateway asks for, else 0.5 s doubled with each try and spread by half.
 * @param attempt 0 after the first try
 * @param random from 0 to 1
 * @returns ms. Undefined when the gateway asks for more than 30 s.
 */
export function retryDelayMs(
  retryAfterSeconds: number | undefined,
  attempt: number,
  random: number,
): number | undefined {
  if (retryAfterSeconds === undefined)
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 30)) * (0.5 + random / 2);
  const delayMs = retryAfterSeconds * 1_000;
  return delayMs <= LONGEST_DELAY_MS ? delayMs : undefined;
}
