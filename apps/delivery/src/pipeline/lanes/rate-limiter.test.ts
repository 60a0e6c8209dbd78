import { expect, test } from 'vitest';
import { concurrencyShare, createRateLimiter } from './rate-limiter.ts';

test('replicas together keep to a limit of requests in flight, however it divides between them', () => {
  for (const count of [1, 2, 3, 7]) {
    for (const concurrency of [1, 2, 5, 10]) {
      for (const number of [0, 1, 4_000_000_000]) {
        const shares = Array.from({ length: count }, (_, index) =>
          concurrencyShare(concurrency, { index, count }, number),
        );
        expect(shares.reduce((sum, each) => sum + each, 0)).toBe(concurrency);
      }
    }
  }
});

test('in any time span the limit and its burst are kept, and nearly all of the limit is used', () => {
  for (const [limit, windowMs, most] of [
    [{ perSecond: 50 }, 1_000, 50],
    [{ perMinute: 600 }, 60_000, 600],
    [{ perSecond: 50, perMinute: 600 }, 60_000, 600],
    [{ perSecond: 1 }, 1_000, 1],
  ] as const) {
    for (const count of [1, 3]) {
      const limiters = Array.from({ length: count }, (_, index) =>
        createRateLimiter(limit, { index, count }, 0),
      );
      const times: number[] = [];
      const endMs = 3 * windowMs;
      for (let nowMs = 0; nowMs < endMs; nowMs += 1) {
        for (const limiter of limiters) {
          while (limiter && limiter.available(nowMs) >= 1) {
            limiter.take(nowMs);
            times.push(nowMs);
          }
        }
      }
      let first = 0;
      let highest = 0;
      for (const [last, timeMs] of times.entries()) {
        while ((times[first] as number) <= timeMs - windowMs) first++;
        highest = Math.max(highest, last - first + 1);
      }
      expect(highest).toBeLessThanOrEqual(Math.ceil(most * 1.1 + count));
      expect(times.length).toBeGreaterThanOrEqual(Math.floor(3 * most * 0.97));
    }
  }
});

test('a change of the limit or of the number of replicas gives no new burst', () => {
  const limiter = createRateLimiter({ perSecond: 100 }, { index: 0, count: 1 }, 0);
  for (let n = 0; n < 11; n++) limiter?.take(0);
  const changed = limiter?.change({ perSecond: 200 }, { index: 0, count: 2 }, 0);
  expect(changed?.available(0)).toBeLessThan(1);
  expect(changed?.nextAtMs(0)).toBeLessThanOrEqual(10);
});

test('without a limit per second or minute there is no limiter', () => {
  expect(createRateLimiter({ concurrency: 3 }, { index: 0, count: 1 }, 0)).toBeUndefined();
});
