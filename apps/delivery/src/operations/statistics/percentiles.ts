import type { Durations } from '@hookline/contracts';

/** The number of attempts by the bucket of their duration: hookline_duration_bucket (0004_delivery.sql). */
export type Histogram = ReadonlyMap<number, number>;

const SMALLEST_MS = 0.1;
const GROWTH = 1.1;

/** The middle of a bucket. It differs from each value in the bucket by at most a twentieth. */
const middleOf = (bucket: number) =>
  bucket === 0 ? SMALLEST_MS : SMALLEST_MS * GROWTH ** (bucket - 1) * ((1 + GROWTH) / 2);

/** The value that `share` (0 to 1) of the attempts did not exceed. @returns null if there are no attempts */
export function percentileOf(histogram: Histogram, share: number): number | null {
  let total = 0;
  for (const count of histogram.values()) total += count;
  if (total === 0) return null;
  let left = Math.max(1, Math.ceil(total * share));
  for (const bucket of [...histogram.keys()].sort((a, b) => a - b)) {
    left -= histogram.get(bucket) ?? 0;
    if (left <= 0) return roundMs(middleOf(bucket));
  }
  return null;
}

export function durationsOf(histogram: Histogram, totalMs: number, attempts: number): Durations {
  return {
    averageMs: attempts === 0 ? null : roundMs(totalMs / attempts),
    p50Ms: percentileOf(histogram, 0.5),
    p95Ms: percentileOf(histogram, 0.95),
    p99Ms: percentileOf(histogram, 0.99),
  };
}

const roundMs = (ms: number) => Math.round(ms * 100) / 100;
