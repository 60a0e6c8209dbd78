import { ATTEMPT_ERRORS } from '../delivery/attempt-errors.ts';
import { type LaneSignal, NOT_SENT } from '../delivery/lane-signal.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { parseRetryAfter } from './next-attempt.ts';

const STRAINED_STATUS = new Set([429, 502, 503, 504]);
const ASKS_FOR_TIME = new Set([429, 503]);

const isOurs = (code: string | undefined) => code === 'internal_error' || code?.startsWith('transformation_');

/** The signal for the lane from one outcome. */
export function signalOf(outcome: Outcome): LaneSignal {
  const { attempt } = outcome;
  // Dropped, not transformed, or failed inside Hookline: no request was made.
  if (!attempt || attempt.outcome === 'dropped' || isOurs(attempt.errorCode)) return NOT_SENT;
  const { errorCode, responseCode = 0, responseHeaders, startedAtMs, durationMs } = attempt;
  const retryAfter = ASKS_FOR_TIME.has(responseCode)
    ? parseRetryAfter(responseHeaders?.['retry-after'], startedAtMs + durationMs)
    : undefined;
  const pauseMs = retryAfter === undefined ? undefined : retryAfter * 1000;
  // A body that does not end in time holds up the lane too, whatever the status was.
  if (STRAINED_STATUS.has(responseCode) || attempt.responseEnd === 'timeout')
    return { condition: 'strained', pauseMs };
  return { condition: errorCode === undefined ? 'good' : ATTEMPT_ERRORS[errorCode].condition, pauseMs };
}
