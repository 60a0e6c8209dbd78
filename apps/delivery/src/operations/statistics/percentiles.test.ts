import { expect, test } from 'vitest';
import { durationsOf, percentileOf } from './percentiles.ts';

/** The same calculation as hookline_duration_bucket. */
const bucketOf = (ms: number) => Math.min(200, Math.ceil(Math.log(Math.max(ms, 0.1) / 0.1) / Math.log(1.1)));

function histogramOf(values: readonly number[]) {
  const histogram = new Map<number, number>();
  for (const value of values) histogram.set(bucketOf(value), (histogram.get(bucketOf(value)) ?? 0) + 1);
  return histogram;
}

test('a percentile is off by at most a twentieth', () => {
  const values = Array.from({ length: 10_000 }, (_, n) => 0.5 * 1.0009 ** n).sort((a, b) => a - b);
  const histogram = histogramOf(values);
  for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
    const exact = values[Math.ceil(values.length * share) - 1] as number;
    const estimate = percentileOf(histogram, share) as number;
    expect(Math.abs(estimate - exact) / exact).toBeLessThan(0.051);
  }
});

test('without attempts every duration is null', () => {
  expect(durationsOf(new Map(), 0, 0)).toEqual({ averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null });
});

test('one attempt is every percentile', () => {
  const { p50Ms, p99Ms, averageMs } = durationsOf(histogramOf([120]), 120, 1);
  expect(averageMs).toBe(120);
  expect(p50Ms).toBe(p99Ms);
});
