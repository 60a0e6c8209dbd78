import { ATTEMPT_ERRORS } from '../delivery/attempt-errors.ts';
import type { AttemptRecord, Outcome } from '../delivery/outcome.ts';

/** A retry whose time cannot be told. */
const DEFAULT_DELAY_MS = 60_000;

/**
 * An outcome without anything that came from outside, or that could be no number: what became of the delivery, and why,
 * in the words of the catalogue. Pure.
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
