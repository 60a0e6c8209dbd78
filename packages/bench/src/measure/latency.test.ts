import { expect, test } from 'vitest';
import { summarizeLatency } from './latency.ts';

test('percentiles are samples, by nearest rank', () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(summarizeLatency(sorted)).toEqual({ p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 });
  expect(summarizeLatency([7])).toEqual({ p50Ms: 7, p95Ms: 7, p99Ms: 7, maxMs: 7 });
});

test('without samples the percentiles are NaN', () => {
  expect(summarizeLatency([]).p95Ms).toBeNaN();
});
