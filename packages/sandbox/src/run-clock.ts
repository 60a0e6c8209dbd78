import type { SandboxLimits } from './types.ts';

/**
 * Measures the time that code takes: its CPU time, so that a busy machine is not counted against the code, and also the
 * elapsed time, so that every run ends.
 */
export interface RunClock {
  /** Called before code runs. */
  start(): void;
  /** Called when no code runs any more. */
  stop(): void;
  isOver(): boolean;
}

/** Memory in which a thread shares its clock with other threads. */
export type SharedClock = BigInt64Array<SharedArrayBuffer>;
/** The start by `process.hrtime`, in nanoseconds; 0 while no code runs. */
const STARTED_AT_NS = 0;
/** The thread's CPU time at the start, in microseconds. */
const STARTED_AT_CPU_US = 1;

export const createSharedClock = (): SharedClock => new BigInt64Array(new SharedArrayBuffer(16));

/** Reads the clock of another thread; undefined while no code runs. */
export function readSharedClock(shared: SharedClock): { startedAtNs: bigint; cpuUs: number } | undefined {
  const startedAtNs = Atomics.load(shared, STARTED_AT_NS);
  if (startedAtNs === 0n) return undefined;
  return { startedAtNs, cpuUs: Number(Atomics.load(shared, STARTED_AT_CPU_US)) };
}

export const elapsedMs = (startedAtNs: bigint) => Number(process.hrtime.bigint() - startedAtNs) / 1e6;

export const sumUs = ({ user, system }: NodeJS.CpuUsage) => user + system;

/** A clock of the calling thread. */
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
      // Most runs end before the CPU time has to be read.
      if (tookMs < timeoutMs) return false;
      return tookMs >= maxElapsedMs || sumUs(process.threadCpuUsage()) - started.cpuUs >= timeoutMs * 1000;
    },
  };
}
