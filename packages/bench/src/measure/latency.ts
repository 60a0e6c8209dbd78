export interface Latency {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** @param sorted ascending samples; without samples all values are NaN, which is printed as a dash */
export function summarizeLatency(sorted: ArrayLike<number>): Latency {
  // The nearest rank: the smallest sample that at least this share of all samples does not exceed.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}
