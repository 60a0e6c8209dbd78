import { expect, test } from 'vitest';
import { parseRetryAfterMs, retryDelayMs } from './retry-delay.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

test('Retry-After is read as seconds or as a date of HTTP', () => {
  expect(parseRetryAfterMs('7', NOW_MS)).toBe(7_000);
  expect(parseRetryAfterMs('0', NOW_MS)).toBe(0);
  expect(parseRetryAfterMs('Sun, 01 Mar 2026 12:00:30 GMT', NOW_MS)).toBe(30_000);
  expect(parseRetryAfterMs('Sun, 01 Mar 2026 11:00:00 GMT', NOW_MS)).toBe(0);
});

test('an absent or malformed Retry-After is undefined', () => {
  for (const value of [null, '', '-1', '1.5', 'soon', '2026-03-01', '1e3', 'Sun, sometime'])
    expect([value, parseRetryAfterMs(value, NOW_MS)]).toEqual([value, undefined]);
});

test('the wait is what Retry-After asks for, up to 30 s', () => {
  expect(retryDelayMs(7_000, 0, 0.5)).toBe(7_000);
  expect(retryDelayMs(30_000, 0, 0.5)).toBe(30_000);
  expect(retryDelayMs(30_001, 0, 0.5)).toBeUndefined();
});

test('without Retry-After the wait doubles up to 30 s and is spread by half', () => {
  expect([0, 1, 2, 20].map((attempt) => retryDelayMs(undefined, attempt, 1))).toEqual([
    500, 1_000, 2_000, 30_000,
  ]);
  expect(retryDelayMs(undefined, 1, 0)).toBe(500);
});
