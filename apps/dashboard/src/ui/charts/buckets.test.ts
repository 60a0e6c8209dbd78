import { describe, expect, it } from 'vitest';
import { bucketAt, stackBars, totalOf } from './buckets.ts';

describe('the bucket under the pointer', () => {
  it('is the one that is drawn there', () => {
    expect([0, 9, 10, 55].map((x) => bucketAt(x, 100, 10))).toEqual([0, 0, 1, 5]);
  });

  it('is the nearest one outside of the chart', () => {
    expect([-5, 100, 400].map((x) => bucketAt(x, 100, 10))).toEqual([0, 9, 9]);
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

  it('the total of a bucket counts every series', () => {
    expect(totalOf(bucket({ success: 30, failed: 10, retrying: 2 }))).toBe(42);
    expect(totalOf(bucket({}))).toBe(0);
  });
});
