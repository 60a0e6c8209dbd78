import { describe, expect, it } from 'vitest';
import { bucketAt, fillBuckets, roundStep, stackBars, totalOf } from './buckets.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 11, 1, 12);

describe('the step of a histogram', () => {
  it.each([
    [HOUR, 60, 120_000],
    [HOUR, 61, 60_000],
    [24 * HOUR, 60, 1_800_000],
    [7 * 24 * HOUR, 60, 3 * HOUR],
    [15_000, 60, 1_000],
  ])('%d ms in at most %d buckets has a step of %d ms', (range, most, step) => {
    expect(roundStep(NOON, NOON + range, most)).toBe(step);
  });

  it('a range of years still has a bounded number of buckets', () => {
    const range = 20 * 365 * 24 * HOUR;
    const step = roundStep(NOON - range, NOON, 50);
    expect(Math.ceil(range / step)).toBeLessThanOrEqual(50);
  });
});

describe('the buckets of a histogram', () => {
  const things = [
    { atMs: NOON + 1, series: 'success' },
    { atMs: NOON + 59_999, series: 'failed' },
    { atMs: NOON + 120_000, series: 'success' },
  ];

  it('each thing is counted once, in the bucket of its time', () => {
    const buckets = fillBuckets(things, NOON, NOON + 180_000, 60_000);
    expect(buckets.map(({ counts }) => counts)).toEqual([{ success: 1, failed: 1 }, {}, { success: 1 }]);
  });

  it('the borders are round, and nothing outside them is counted', () => {
    const buckets = fillBuckets(
      [...things, { atMs: NOON - 60_001, series: 'success' }],
      NOON + 30_000,
      NOON + 90_000,
      60_000,
    );
    expect(buckets.map(({ fromMs }) => fromMs)).toEqual([NOON, NOON + 60_000]);
    expect(buckets.map(totalOf)).toEqual([2, 0]);
  });

  it('a place outside of the chart belongs to its nearest bucket', () => {
    expect([-5, 0, 99, 100, 400].map((x) => bucketAt(x, 100, 10))).toEqual([0, 0, 9, 9, 9]);
  });
});

describe('the bars of a bucket', () => {
  const bucket = (counts: Record<string, number>) => ({ fromMs: 0, toMs: 1, counts });

  it('stand on one another and reach as high as their counts', () => {
    expect(stackBars(bucket({ success: 30, failed: 10 }), ['success', 'failed'], 40, 80)).toEqual([
      { series: 'success', y: 20, height: 60 },
      { series: 'failed', y: 0, height: 20 },
    ]);
  });

  it('one failure among 10,000 can be seen', () => {
    const [, failed] = stackBars(bucket({ success: 9_999, failed: 1 }), ['success', 'failed'], 20_000, 60);
    expect(failed?.height).toBe(1.5);
  });

  it('none is above the top of the chart', () => {
    const bars = stackBars(
      bucket({ success: 100_000, failed: 1, retrying: 1 }),
      ['success', 'failed', 'retrying'],
      100_002,
      60,
    );
    for (const { y } of bars) expect(y).toBeGreaterThanOrEqual(0);
  });
});
