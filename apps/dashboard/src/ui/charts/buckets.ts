/** One step of a histogram: how many of each series fell into it. */
export interface HistogramBucket {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  counts: Readonly<Record<string, number>>;
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
