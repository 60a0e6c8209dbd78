import { once } from 'node:events';

/** Resolves when the signal is aborted: for a worker whose work is started elsewhere and only needs to be ended. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
