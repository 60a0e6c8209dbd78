import { expect, test } from 'vitest';
import { nextOnGrid } from './grid.ts';
import { nextDueMs, retrySeconds } from './next-due.ts';

const NOW = 1_764_547_200_000;
const task = {
  kind: 'poll',
  intervalSeconds: 3_600,
  stretch: 1,
  phase: 0.5,
  losesAfterSeconds: null,
  lastRunMs: NOW,
};
const onGrid = nextOnGrid(NOW, 3_600_000, 0.5);

test('a minimum interval of the provider moves a run to a later due time of the grid', () => {
  expect(nextDueMs(task, { at: 'grid' }, NOW)).toBe(onGrid);
  expect(nextDueMs(task, { at: 'grid', notBeforeSeconds: 60 }, NOW)).toBe(onGrid);
  expect(nextDueMs(task, { at: 'grid', notBeforeSeconds: 3_600 }, NOW)).toBe(onGrid + 3_600_000);
});

test('a retry is never later than the next due time, and a wait that the provider wants may be', () => {
  expect(nextDueMs(task, { at: 'soon', afterSeconds: 60 }, NOW)).toBe(NOW + 60_000);
  expect(nextDueMs(task, { at: 'soon', afterSeconds: 9_999 }, NOW)).toBe(onGrid);
  expect(nextDueMs(task, { at: 'later', afterSeconds: 9_999 }, NOW)).toBe(NOW + 9_999_000);
  expect(nextDueMs(task, { at: 'later', afterSeconds: 60 }, NOW)).toBe(onGrid);
});

test('what waits for a quota comes back spread, and earlier the longer it has waited', () => {
  const wait = { at: 'soon', afterSeconds: 60, spread: true } as const;
  const daily = { ...task, intervalSeconds: 86_400, phase: 0.25 };
  expect(nextDueMs(daily, wait, NOW)).toBe(NOW + 60_000 + 0.25 * 8_640_000);
  expect(nextDueMs({ ...daily, lastRunMs: NOW - 100 * 86_400_000 }, wait, NOW)).toBe(
    NOW + 60_000 + 0.25 * 864_000,
  );
});

test('a stretched interval has a grid of its own', () => {
  expect(nextDueMs({ ...task, stretch: 1.25 }, { at: 'grid' }, NOW)).toBe(nextOnGrid(NOW, 4_500_000, 0.5));
});

test('retries wait a minute, then twice as long each time, at most an hour', () => {
  expect([0, 1, 2, 5, 6, 1_000].map(retrySeconds)).toEqual([60, 120, 240, 1_920, 3_600, 3_600]);
});
