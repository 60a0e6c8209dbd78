import { expect, test } from 'vitest';
import { timelineRange } from './timeline-range.ts';

const NOW = new Date('2026-03-10T12:03:20Z');
const HOUR_MS = 3_600_000;
const before = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);

test.each([
  [1, 300, '2026-03-10T11:00:00.000Z', '2026-03-10T12:05:00.000Z'],
  [24, 300, '2026-03-09T12:00:00.000Z', '2026-03-10T12:05:00.000Z'],
  [26, 3_600, '2026-03-09T10:00:00.000Z', '2026-03-10T13:00:00.000Z'],
  [14 * 24, 3_600, '2026-02-24T12:00:00.000Z', '2026-03-10T13:00:00.000Z'],
  [15 * 24, 86_400, '2026-02-23T00:00:00.000Z', '2026-03-11T00:00:00.000Z'],
])('the last %i hours are counted in steps of %i seconds', (hours, stepSeconds, from, to) => {
  const range = timelineRange(before(hours), NOW, NOW);
  expect([range?.stepSeconds, range?.from.toISOString(), range?.to.toISOString()]).toEqual([
    stepSeconds,
    from,
    to,
  ]);
});

test('a short range of long ago is counted in hours, because finer steps are removed after some days', () => {
  expect(timelineRange(before(60), before(59), NOW)?.stepSeconds).toBe(3_600);
});

test('a range has at most 366 steps, and a longer one is refused', () => {
  for (const hours of [25, 14 * 24, 366 * 24]) {
    const range = timelineRange(before(hours), NOW, NOW);
    if (!range) throw new Error(`${hours} hours were refused`);
    const steps = (range.to.getTime() - range.from.getTime()) / (range.stepSeconds * 1_000);
    expect(steps).toBeLessThanOrEqual(367);
  }
  expect(timelineRange(before(367 * 24), NOW, NOW)).toBe(undefined);
});
