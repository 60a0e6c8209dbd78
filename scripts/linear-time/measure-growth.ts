/** How the time of a piece of work grows with the length of its input. */
export interface Growth {
  halfMs: number;
  fullMs: number;
}

/** What takes less is too quick to tell a line from a curve: one collection of garbage in it looks like one. */
const MIN_TELLING_MS = 50;
const RUNS = 2;
/** Other work disturbs even the time on the processor: what looks like a curve is measured again. */
const RUNS_IN_DOUBT = 8;
/** Twice the input takes twice the time; the square of it takes four times. */
export const MAX_RATIO = 3;

/**
 * In time of this thread on the processor, so that a machine that does other things beside makes no difference.
 * @returns the time for the whole length, and for half of it where the whole takes long enough to tell
 */
export function measureGrowth(work: (length: number) => () => unknown, length: number): Growth {
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
    // Refused is an answer too.
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** What is wrong with a growth; undefined if it is linear, and quick enough. */
export function findExcess({ halfMs, fullMs }: Growth, maxMs: number): string | undefined {
  if (fullMs > maxMs) return `${Math.round(fullMs)} ms, and ${maxMs} are allowed`;
  if (fullMs < MIN_TELLING_MS || fullMs < MAX_RATIO * halfMs) return undefined;
  return `${Math.round(fullMs)} ms, and ${Math.round(halfMs)} ms for half of it`;
}
