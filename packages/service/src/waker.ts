/**
 * Ends the pauses of one worker. It is made apart from the worker so that the parts that wake the worker can be built
 * before it.
 */
export interface Waker {
  /** There is work to do. A call during a round makes the next round follow without a pause. */
  wake(): void;
  /** Forgets earlier calls of `wake`: the round that begins now sees what they were made for. */
  beginRound(): void;
  /** Resolves after `ms`, when it is woken, or when `signal` is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWaker(): Waker {
  let isWoken = false;
  let endPause: (() => void) | undefined;
  return {
    wake() {
      isWoken = true;
      endPause?.();
    },
    beginRound() {
      isWoken = false;
    },
    async pause(ms, signal) {
      if (isWoken || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          endPause = undefined;
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end);
        endPause = end;
      });
    },
  };
}
