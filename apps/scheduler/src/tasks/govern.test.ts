import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillOf, governStretch, SCHEDULED_SHARE } from './govern.ts';

const youtube = (connections: number, unitsPerPoll: number, stretch = 1) =>
  governStretch({
    unitsPerSecond: (connections * unitsPerPoll) / 7_200,
    capacity: 10_000,
    windowSeconds: 86_400,
    stretch,
  });

test('425 YouTube accounts with uploads and likes are polled every 2 h 54 min in place of 2 h', () => {
  expect(youtube(300, 2)).toBe(1);
  // Needed is 1.42; intervals change in steps of 5 %.
  expect(youtube(425, 2) * 2).toBeCloseTo(2.9);
});

test('a quota that is unknown stretches nothing', () => {
  expect(governStretch({ unitsPerSecond: 1e9, capacity: null, windowSeconds: 60, stretch: 3 })).toBe(1);
});

test('one more connection does not change the interval of all others', () => {
  const stretch = youtube(425, 2);
  expect(youtube(426, 2, stretch)).toBe(stretch);
  expect(youtube(415, 2, stretch)).toBe(stretch);
});

test('stretched polls use at most their share of the quota, and not much less', () => {
  fc.assert(
    fc.property(
      fc.record({
        unitsPerSecond: fc.double({ min: 0, max: 1_000, noNaN: true }),
        capacity: fc.integer({ min: 2, max: 1_000_000 }),
        windowSeconds: fc.integer({ min: 30, max: 86_400 }),
        stretch: fc.double({ min: 1, max: 10, noNaN: true }),
      }),
      (load) => {
        const allowed = Math.max(1, load.capacity * SCHEDULED_SHARE) / load.windowSeconds;
        const needed = load.unitsPerSecond / (allowed * fillOf(allowed * load.windowSeconds));
        fc.pre(needed < 900);
        const stretch = governStretch(load);
        expect(stretch).toBeGreaterThanOrEqual(1);
        expect(load.unitsPerSecond / stretch).toBeLessThan(allowed);
        expect(stretch).toBeLessThanOrEqual(Math.max(1, needed + 0.11));
      },
    ),
  );
});

test('the number of the group is stable: governing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (unitsPerSecond) => {
      const load = { unitsPerSecond, capacity: 1_000, windowSeconds: 600, stretch: 1 };
      const once = governStretch(load);
      expect(governStretch({ ...load, stretch: once })).toBe(once);
    }),
  );
});

test('the fewer calls a window has room for, the more room is left for those that come unevenly', () => {
  expect([1, 24, 8_000].map((units) => Number(fillOf(units).toFixed(2)))).toEqual([0.5, 0.83, 0.9]);
  // A day of 25 hours has more polls than one of 24.
  expect(fillOf(8_000) * (25 / 24)).toBeLessThan(1);
});
