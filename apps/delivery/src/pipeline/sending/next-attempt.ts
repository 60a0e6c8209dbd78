import type { RetryPolicy } from '../../endpoints/catalog/retry-policy.ts';

/** A `Retry-After` may extend the policy's wait up to this. */
export const MAX_RETRY_AFTER_SECONDS = 6 * 3600;

/**
 * The wait before the next attempt, in milliseconds, with ±10 % jitter so that deliveries that failed together do
 * are not retried together. `Retry-After` can make it longer, never shorter, up to MAX_RETRY_AFTER_SECONDS.
 *
 * @param failures failed attempts since the delivery was created or last retried manually; at least 1
 * @param random 0 (inclusive) to 1 (exclusive)
 * @returns undefined when the policy is used up
 */
export function nextAttemptDelayMs(
  policy: RetryPolicy,
  failures: number,
  retryAfterSeconds: number | undefined,
  random: number,
): number | undefined {
  const retries = policy.schedule ? policy.schedule.length : policy.maxRetries;
  if (failures > retries) return undefined;
  const base = policy.schedule
    ? (policy.schedule[failures - 1] as number)
    : policy.retryDelaySeconds * 2 ** (failures - 1);
  const jittered = base * (0.9 + 0.2 * random);
  const asked = Math.min(retryAfterSeconds ?? 0, MAX_RETRY_AFTER_SECONDS);
  return Math.round(Math.max(jittered, asked) * 1000);
}

/** The largest number of seconds: 30 million years, a safe integer. */
const MAX_DIGITS = 15;

/**
 * Seconds of a `Retry-After` header: a number, or an HTTP date.
 * @returns undefined when it is neither, or in the past. A number may have any length: callers cap the result
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text.slice(0, MAX_DIGITS));
  const date = Date.parse(text);
  if (Number.isNaN(date) || !/[A-Za-z]{3}/.test(text)) return undefined;
  const seconds = Math.ceil((date - nowMs) / 1000);
  return seconds > 0 ? seconds : undefined;
}
