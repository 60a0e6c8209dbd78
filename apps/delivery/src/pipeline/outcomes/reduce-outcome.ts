import { ATTEMPT_ERRORS } from '../delivery/attempt-errors.ts';
import type { AttemptRecord, Outcome } from '../delivery/outcome.ts';

/** Replaces the delay of a retry that is not a finite number. */
const DEFAULT_DELAY_MS = 60_000;

/**
 * Removes every value from an outcome that came from outside, and replaces numbers that are not finite. The status of
 * the delivery, the error code and the standard message of the code remain. Pure.
 */
export function reduceOutcome(outcome: Outcome): Outcome {
  const { attempt, errorCode, delayMs } = outcome;
  return {
    ...outcome,
    delayMs: delayMs === undefined || Number.isFinite(delayMs) ? delayMs : DEFAULT_DELAY_MS,
    errorMessage: errorCode && ATTEMPT_ERRORS[errorCode].text,
    attempt: attempt && reduceAttempt(attempt),
  };
}

function reduceAttempt({
  number,
  trigger,
  startedAtMs,
  durationMs,
  outcome,
  errorCode,
}: AttemptRecord): AttemptRecord {
  return {
    number,
    trigger,
    startedAtMs: Number.isFinite(startedAtMs) ? startedAtMs : Date.now(),
    durationMs: Number.isFinite(durationMs) ? durationMs : 0,
    firstByteMs: undefined,
    connection: undefined,
    outcome,
    errorCode,
    errorMessage: errorCode && ATTEMPT_ERRORS[errorCode].text,
    requestHeaders: undefined,
    responseCode: undefined,
    responseHeaders: undefined,
    responseBody: undefined,
    responseEnd: undefined,
  };
}
