import { expect, test } from 'vitest';
import type { RetryPolicy } from '../../endpoints/catalog/retry-policy.ts';
import { MAX_RETRY_AFTER_SECONDS, nextAttemptDelayMs, parseRetryAfter } from './next-attempt.ts';

const doubling: RetryPolicy = { maxRetries: 3, retryDelaySeconds: 60, schedule: undefined };
const middle = 0.5;

test('the default policy waits 1, 2 and 4 minutes, then gives up', () => {
  const delays = [1, 2, 3, 4].map((failures) => nextAttemptDelayMs(doubling, failures, undefined, middle));
  expect(delays).toEqual([60_000, 120_000, 240_000, undefined]);
});

test('a schedule replaces doubling', () => {
  const policy = { ...doubling, schedule: [1, 5, 30] };
  const delays = [1, 2, 3, 4].map((failures) => nextAttemptDelayMs(policy, failures, undefined, middle));
  expect(delays).toEqual([1_000, 5_000, 30_000, undefined]);
  expect(nextAttemptDelayMs({ ...doubling, schedule: [] }, 1, undefined, middle)).toBeUndefined();
});

test('no retries means one attempt', () => {
  expect(nextAttemptDelayMs({ ...doubling, maxRetries: 0 }, 1, undefined, middle)).toBeUndefined();
});

test('jitter stays within ten percent', () => {
  expect(nextAttemptDelayMs(doubling, 1, undefined, 0)).toBe(54_000);
  expect(nextAttemptDelayMs(doubling, 1, undefined, 0.999999)).toBeLessThanOrEqual(66_000);
});

test('Retry-After makes a wait longer, never shorter, up to a cap', () => {
  expect(nextAttemptDelayMs(doubling, 1, 300, middle)).toBe(300_000);
  expect(nextAttemptDelayMs(doubling, 1, 1, middle)).toBe(60_000);
  expect(nextAttemptDelayMs(doubling, 1, 10_000_000, middle)).toBe(MAX_RETRY_AFTER_SECONDS * 1000);
  expect(nextAttemptDelayMs(doubling, 4, 300, middle)).toBeUndefined();
});

test('Retry-After is a number of seconds or a date in the future', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(parseRetryAfter('120', now)).toBe(120);
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60);
  expect(parseRetryAfter('Wed, 31 Dec 2025 23:59:00 GMT', now)).toBeUndefined();
  for (const bad of ['-1', '1.5', 'soon', '', '2026']) expect(parseRetryAfter(bad, now) ?? 2026).toBe(2026);
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});

test('a Retry-After with many digits is capped like any other', () => {
  for (const value of ['1000000000', '9'.repeat(30), '9'.repeat(10_000)]) {
    const seconds = parseRetryAfter(value, 0);
    expect(nextAttemptDelayMs(doubling, 1, seconds, middle)).toBe(MAX_RETRY_AFTER_SECONDS * 1000);
  }
});
