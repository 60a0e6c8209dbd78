import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catchUpAt, type MissedTask } from './catch-up.ts';
import { nextOnGrid, phaseOf } from './grid.ts';

const NOW = 1_764_547_200_000;
const task = (changes: Partial<MissedTask>): MissedTask => ({
  kind: 'poll',
  intervalSeconds: 21_600,
  stretch: 1,
  phase: 0.4,
  losesAfterSeconds: null,
  lastRunMs: NOW - 30_000_000,
  ...changes,
});

test('after an outage a missed poll runs at its next due time', () => {
  expect(catchUpAt(task({}), NOW)).toBe(nextOnGrid(NOW, 21_600_000, 0.4));
});

test('a poll that may lose something before its next due time runs within half an hour', () => {
  const at = catchUpAt(task({ losesAfterSeconds: 7_200 }), NOW);
  expect(at).toBe(NOW + 0.4 * 1_800_000);
  // It loses nothing before then, so it waits.
  const next = nextOnGrid(NOW, 21_600_000, 0.4);
  expect(catchUpAt(task({ losesAfterSeconds: 172_800 }), NOW)).toBe(next);
});

test('registrations come first', () => {
  expect(catchUpAt(task({ kind: 'watch' }), NOW)).toBe(NOW + 0.4 * 300_000);
});

test('a task runs again within its interval, whatever it missed', () => {
  fc.assert(
    fc.property(
      fc.record({
        kind: fc.constantFrom('poll', 'watch', 'routes', 'verify', 'reconcile'),
        intervalSeconds: fc.integer({ min: 60, max: 2_592_000 }),
        stretch: fc.double({ min: 1, max: 10, noNaN: true }),
        phase: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        losesAfterSeconds: fc.option(fc.integer({ min: 60, max: 1_000_000 })),
        lastRunMs: fc.integer({ min: NOW - 10 ** 10, max: NOW }),
      }),
      (missed) => {
        const at = catchUpAt(missed, NOW);
        expect(at).toBeGreaterThanOrEqual(NOW);
        expect(at - NOW).toBeLessThanOrEqual(missed.intervalSeconds * missed.stretch * 1_000 + 2);
      },
    ),
  );
});

test('three hours of outage are followed by no minute with 1.5 times the mean', () => {
  const perMinute = new Map<number, number>();
  for (let index = 0; index < 10_000; index++) {
    const at = catchUpAt(task({ intervalSeconds: 3_600, phase: phaseOf(`tsk_${index}`) }), NOW);
    const minute = Math.floor((at - NOW) / 60_000);
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
  }
  expect(Math.max(...perMinute.values())).toBeLessThan((10_000 / 60) * 1.5);
});
