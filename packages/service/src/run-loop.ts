import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopOptions {
  /**
   * One round.
   * @returns how long to pause before the next one, in ms; 0: not at all
   */
  work: (signal: AbortSignal) => Promise<number>;
  /** Gets what a round threw. The next one comes after `pauseAfterErrorMs`. */
  onError: (error: unknown) => void;
  pauseAfterErrorMs: number;
  /** Whether a round is followed by a rest as long as it took, which being woken does not end. Default false. */
  restsAsLongAsItWorked?: boolean;
}

export interface Loop {
  /** There is something to do: ends the pause. While a round is under way, the next one follows without a pause. */
  wake(): void;
  /** Ends the pause, lets the round under way end, and resolves. */
  stop(): Promise<void>;
}

/** Does something over and over, one round at a time, until it is stopped. */
export function runLoop({
  work,
  onError,
  pauseAfterErrorMs,
  restsAsLongAsItWorked = false,
}: LoopOptions): Loop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isWoken = false;
  let endPause: (() => void) | undefined;

  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    endPause = undefined;
  }

  const finished = (async () => {
    while (!signal.aborted) {
      isWoken = false;
      const startMs = performance.now();
      let pauseMs = pauseAfterErrorMs;
      try {
        pauseMs = await work(signal);
      } catch (error) {
        onError(error);
      }
      if (restsAsLongAsItWorked) {
        // Rejects when it is stopped, which the loop sees by itself.
        await sleep(performance.now() - startMs, undefined, { signal }).catch(() => {});
      }
      if (!signal.aborted && !isWoken && pauseMs > 0) await pause(pauseMs);
    }
  })();

  return {
    wake() {
      isWoken = true;
      endPause?.();
    },
    async stop() {
      stopping.abort();
      endPause?.();
      await finished;
    },
  };
}
