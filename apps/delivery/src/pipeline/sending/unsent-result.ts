import type { AttemptFailure } from '../delivery/attempt-errors.ts';
import type { SendResult } from './send-request.ts';

/** What came of a request that was never sent: the time it took to find out, and why. */
export function unsentResult(
  { startedAtMs, durationMs }: Pick<SendResult, 'startedAtMs' | 'durationMs'>,
  failure: AttemptFailure | undefined,
): SendResult {
  return {
    startedAtMs,
    durationMs,
    firstByteMs: undefined,
    connection: undefined,
    status: undefined,
    headers: undefined,
    body: undefined,
    responseEnd: undefined,
    failure,
  };
}
