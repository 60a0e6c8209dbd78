import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createExpiryWatch } from './expiry-watch.ts';

const DAY_MS = 86_400_000;

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

function createWatch() {
  const told: (number | 'expired')[] = [];
  const watch = createExpiryWatch({
    noticeMs: 30_000,
    onExpiring: (seconds) => told.push(seconds),
    onExpired: () => told.push('expired'),
  });
  return { watch, told };
}

test('the client is told 30 seconds before the end, and the end comes on time', () => {
  const { watch, told } = createWatch();
  watch.watch(100_000);
  vi.advanceTimersByTime(69_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([30]);
  vi.advanceTimersByTime(29_999);
  expect(told).toEqual([30]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([30, 'expired']);
});

test('a token with less time than that is announced at once, and an expired one ends at once', () => {
  const { watch, told } = createWatch();
  watch.watch(4_200);
  expect(told).toEqual([5]);
  watch.watch(0);
  expect(told).toEqual([5, 'expired']);
});

test('a new token replaces the old one, and the client is told again', () => {
  const { watch, told } = createWatch();
  watch.watch(40_000);
  vi.advanceTimersByTime(20_000);
  watch.watch(200_000);
  vi.advanceTimersByTime(150_000);
  expect(told).toEqual([30, 30]);
  watch.watch(undefined);
  vi.advanceTimersByTime(DAY_MS);
  expect(told).toEqual([30, 30]);
});

test('a token that is valid for longer than a timer can wait is not ended early', () => {
  const { watch, told } = createWatch();
  watch.watch(60 * DAY_MS);
  vi.advanceTimersByTime(59 * DAY_MS);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(DAY_MS);
  expect(told).toEqual([30, 'expired']);
});
