import { setTimeout as sleep } from 'node:timers/promises';
import { isTransientDatabaseError } from './errors.ts';

export interface RetryTransientOptions {
  /** Called before each pause, with the number of attempts so far. */
  onRetry: (error: unknown, attempt: number) => void;
  /** Once it is aborted there are no more retries: the next transient error is thrown. */
  signal?: AbortSignal;
  /** Which errors a retry can help against. Default: isTransientDatabaseError. */
  isTransient?: (error: unknown) => boolean;
}

const STEP_MS = 100;
const MAX_PAUSE_MS = 1_000;

/** Does `work` again, after pauses of up to a second, for as long as it fails with a transient error. */
export async function retryTransient<T>(
  { onRetry, signal, isTransient = isTransientDatabaseError }: RetryTransientOptions,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted || !isTransient(error)) throw error;
      onRetry(error, attempt);
      const pauseMs = Math.min(STEP_MS * attempt, MAX_PAUSE_MS);
      // Rejects when the signal is aborted: there is one attempt after that.
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
    }
  }
}
