import type { AttemptFailure } from '../delivery/attempt-errors.ts';
import type { SendResult } from './send-request.ts';

/** The result of a request that was not sent: the time until that was known, and the reason. */
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
