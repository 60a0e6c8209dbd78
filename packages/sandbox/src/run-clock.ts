import type { SandboxLimits } from './types.ts';

/**
 * The time that code takes: what it had of the processor, so that a machine that is busy is not its fault; and a limit to
 * the whole, so that everything comes to its end.
 */
export interface RunClock {
  /** Code is about to run. */
  start(): void;
  /** No code runs. */
  stop(): void;
  isOver(): boolean;
}

/** Where a thread tells others of its clock. */
export type SharedClock = BigInt64Array<SharedArrayBuffer>;
/** By `process.hrtime`, in nanoseconds; 0: no code runs. */
const STARTED_AT_NS = 0;
/** What the thread had had of the processor by then, in microseconds. */
const STARTED_AT_CPU_US = 1;

export const createSharedClock = (): SharedClock => new BigInt64Array(new SharedArrayBuffer(16));

/** What the clock of a thread says, for another thread; undefined while no code runs. */
export function readSharedClock(shared: SharedClock): { startedAtNs: bigint; cpuUs: number } | undefined {
  const startedAtNs = Atomics.load(shared, STARTED_AT_NS);
  if (startedAtNs === 0n) return undefined;
  return { startedAtNs, cpuUs: Number(Atomics.load(shared, STARTED_AT_CPU_US)) };
}

export const elapsedMs = (startedAtNs: bigint) => Number(process.hrtime.bigint() - startedAtNs) / 1e6;

export const sumUs = ({ user, system }: NodeJS.CpuUsage) => user + system;

/** Of the thread that makes it. */
export function createRunClock(
  { timeoutMs, maxElapsedMs }: Pick<SandboxLimits, 'timeoutMs' | 'maxElapsedMs'>,
  shared: SharedClock,
): RunClock {
  return {
    start() {
      Atomics.store(shared, STARTED_AT_CPU_US, BigInt(sumUs(process.threadCpuUsage())));
      Atomics.store(shared, STARTED_AT_NS, process.hrtime.bigint());
    },
    stop: () => void Atomics.store(shared, STARTED_AT_NS, 0n),
    isOver() {
      const started = readSharedClock(shared);
      if (!started) return false;
      const tookMs = elapsedMs(started.startedAtNs);
      // Most runs end before the processor has to be asked.
      if (tookMs < timeoutMs) return false;
      return tookMs >= maxElapsedMs || sumUs(process.threadCpuUsage()) - started.cpuUs >= timeoutMs * 1000;
    },
  };
}
