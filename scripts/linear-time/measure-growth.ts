/** The growth of the time of some work with the length of its input. */
export interface Growth {
  halfMs: number;
  fullMs: number;
}

/** Shorter times are too short to measure growth: a single garbage collection would look like quadratic time. */
const MIN_TELLING_MS = 100;
/** A first measurement takes this part of the length. */
const PART = 1 / 8;
const RUNS = 2;
/** Other load affects even CPU time, so a result that looks quadratic is measured again. */
const RUNS_IN_DOUBT = 6;
/** Twice the input takes twice the time; the square of it takes four times. */
export const MAX_RATIO = 3;

/**
 * Measures the CPU time of this thread, so that other load on the machine has little effect.
 * @returns the time for the whole length, and for half of it if the whole takes long enough to measure. Most work is so
 * quick for a part of the length that the whole would take too little time to measure even if the time were quadratic:
 * then the times are these upper limits
 */
export function measureGrowth(work: (length: number) => () => unknown, length: number): Growth {
  const quadraticMs = timeOf(work(length * PART)) / PART ** 2;
  if (quadraticMs < MIN_TELLING_MS) return { halfMs: quadraticMs / 4, fullMs: quadraticMs };
  const full = work(length);
  let fullMs = timeOf(full);
  if (fullMs < MIN_TELLING_MS) return { halfMs: fullMs / 2, fullMs };
  const half = work(length / 2);
  let halfMs = timeOf(half);
  for (let run = 1; run < RUNS || (run < RUNS_IN_DOUBT && fullMs >= MAX_RATIO * halfMs); run++) {
    fullMs = Math.min(fullMs, timeOf(full));
    halfMs = Math.min(halfMs, timeOf(half));
  }
  return { halfMs, fullMs };
}

function timeOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  try {
    work();
  } catch {
    // An error for an invalid text is a valid result.
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The problem of a growth; undefined if it is linear and fast enough. */
export function findExcess({ halfMs, fullMs }: Growth, maxMs: number): string | undefined {
  if (fullMs > maxMs) return `${Math.round(fullMs)} ms, and ${maxMs} are allowed`;
  if (fullMs < MIN_TELLING_MS || fullMs < MAX_RATIO * halfMs) return undefined;
  return `${Math.round(fullMs)} ms, and ${Math.round(halfMs)} ms for half of it`;
}
