import { setTimeout as sleep } from 'node:timers/promises';
import { createWaker, type Waker } from './waker.ts';
import type { Worker } from './worker.ts';

export interface LoopWorkerOptions {
  /** Names the worker in logs. */
  name: string;
  /**
   * One round.
   * @param signal aborted when the worker is to stop; a round that may take long should then end early
   * @returns how long to pause before the next round, in ms; 0: no pause
   */
  work: (signal: AbortSignal) => Promise<number>;
  /** Gets the error of a round that failed. The next round follows after `pauseAfterErrorMs`. */
  onError: (error: unknown) => void;
  pauseAfterErrorMs: number;
  /** How long to pause before the first round. Default 0. */
  firstPauseMs?: number;
  /** Whether to rest after each round for as long as the round took. `wake` does not end that rest. Default false. */
  restsAsLongAsItWorked?: boolean;
  /** For a worker that is woken by parts built before it. */
  waker?: Waker | undefined;
}

export interface LoopWorker extends Worker {
  /** There is work to do: ends the pause. A call during a round makes the next round follow without a pause. */
  wake(): void;
}

/**
 * A worker that works in rounds, one at a time, with pauses between them. When it is stopped, it ends the pause or lets
 * the round under way end.
 */
export function createLoopWorker(options: LoopWorkerOptions): LoopWorker {
  const { name, work, onError, pauseAfterErrorMs, firstPauseMs = 0, waker = createWaker() } = options;
  return {
    name,
    wake: waker.wake,
    async run(signal) {
      if (firstPauseMs > 0) await waker.pause(firstPauseMs, signal);
      while (!signal.aborted) {
        waker.beginRound();
        const startMs = performance.now();
        let pauseMs = pauseAfterErrorMs;
        try {
          pauseMs = await work(signal);
        } catch (error) {
          onError(error);
        }
        if (options.restsAsLongAsItWorked) {
          // Rejects when the signal is aborted, which the loop sees by itself.
          await sleep(performance.now() - startMs, undefined, { signal }).catch(() => {});
        }
        if (pauseMs > 0) await waker.pause(pauseMs, signal);
      }
    },
  };
}
