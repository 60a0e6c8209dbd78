import type { SharedClock } from './run-clock.ts';
import type { SandboxLimits } from './types.ts';

/** The `workerData` of a sandbox thread. */
export interface ThreadData {
  limits: SandboxLimits;
  /** The engine, compiled once for all threads. */
  engine: object;
  clock: SharedClock;
}
