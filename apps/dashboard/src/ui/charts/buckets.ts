/** One step of a histogram: how many of each series fell into it. */
export interface HistogramBucket {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  counts: Readonly<Record<string, number>>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30].map((count) => count * DAY),
];

/** The smallest round step that needs no more than `most` buckets. */
export function roundStep(fromMs: number, toMs: number, most: number): number {
  const range = Math.max(toMs - fromMs, 1);
  // The first and the last bucket may be cut by the ends of the range.
  return STEPS.find((step) => Math.ceil(range / step) + 1 <= most) ?? Math.ceil(range / most / DAY) * DAY;
}

/** Counts things by time and series. Buckets without a thing are there too, so that the axis has no holes. */
export function fillBuckets(
  things: Iterable<{ atMs: number; series: string }>,
  fromMs: number,
  toMs: number,
  stepMs: number,
): readonly HistogramBucket[] {
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((toMs - first) / stepMs));
  const buckets = Array.from({ length: count }, (_, index) => ({
    fromMs: first + index * stepMs,
    toMs: first + (index + 1) * stepMs,
    counts: {} as Record<string, number>,
  }));
  for (const { atMs, series } of things) {
    const counts = buckets[Math.floor((atMs - first) / stepMs)]?.counts;
    if (counts) counts[series] = (counts[series] ?? 0) + 1;
  }
  return buckets;
}

/** The bucket under a place of the chart. */
export const bucketAt = (x: number, width: number, count: number): number =>
  Math.min(count - 1, Math.max(0, Math.floor((x / Math.max(width, 1)) * count)));

export const totalOf = ({ counts }: HistogramBucket): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

interface Bar {
  series: string;
  y: number;
  height: number;
}

/** The bars of a bucket from the bottom up. A count that is not 0 can be seen, however tall the others are. */
export function stackBars(
  { counts }: HistogramBucket,
  series: readonly string[],
  highest: number,
  height: number,
): readonly Bar[] {
  const bars: Bar[] = [];
  let bottom = height;
  for (const name of series) {
    const count = counts[name] ?? 0;
    if (count === 0) continue;
    const barHeight = Math.min(bottom, Math.max(1.5, (count / Math.max(highest, 1)) * height));
    bottom -= barHeight;
    bars.push({ series: name, y: bottom, height: barHeight });
  }
  return bars;
}
