import type { ReceiverSign } from '../lanes/breaker.ts';
import type { LaneSignal } from '../lanes/lane-signal.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import type { AttemptErrorCode } from './classify-outcome.ts';
import { parseRetryAfter } from './next-attempt.ts';

const STRAINED_STATUS = new Set([429, 502, 503, 504]);
const ASKS_FOR_TIME = new Set([429, 503]);

/** What a failure without an answer says about the receiver. */
const SIGN_OF: Record<AttemptErrorCode, ReceiverSign> = {
  http_error: 'answered',
  redirect: 'answered',
  endpoint_gone: 'answered',
  timeout: 'strained',
  dns_error: 'unreachable',
  connection_refused: 'unreachable',
  connection_reset: 'unreachable',
  network_error: 'unreachable',
  tls_error: 'unreachable',
  invalid_response: 'unreachable',
  // Of our own making: they say nothing about whether it is there.
  address_not_allowed: 'answered',
  invalid_request: 'answered',
  endpoint_deleted: 'answered',
};

/** What an outcome says about how much its receiver bears. */
export function signalOf(outcome: Outcome): LaneSignal {
  const { attempt, errorCode } = outcome;
  if (!attempt) return { sign: 'not_sent', pauseMs: undefined };
  if (errorCode === undefined) return { sign: 'good', pauseMs: undefined };
  const { responseCode = 0, responseHeaders, startedAtMs, durationMs } = attempt;
  const retryAfter = ASKS_FOR_TIME.has(responseCode)
    ? parseRetryAfter(responseHeaders?.['retry-after'], startedAtMs + durationMs)
    : undefined;
  return {
    sign: STRAINED_STATUS.has(responseCode)
      ? 'strained'
      : (SIGN_OF[errorCode as AttemptErrorCode] ?? 'answered'),
    pauseMs: retryAfter === undefined ? undefined : retryAfter * 1000,
  };
}
