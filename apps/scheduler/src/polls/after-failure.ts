import { type JudgedAnswer, MissingValueError } from '@hookline/providers';
import { BreakerOpenError } from '../provider-api/provider-api.ts';
import { QuotaExhaustedError } from '../provider-api/quota-book.ts';
import { retrySeconds } from '../tasks/next-due.ts';
import { type ClaimedTask, type NextRun, PAUSED_FOR_SCOPE, type TaskResult } from '../tasks/task.ts';
import { ConnectionUnavailableError } from '../tokens/access-tokens.ts';
import { PollAnswerError } from './apply-answer.ts';

/** Waits that are longer end at a due time of the grid, so that a day's quota is not used up in its first minute. */
const SHORT_WAIT_SECONDS = 600;
const EXHAUSTED_SECONDS = 3_600;

type Failing = Pick<ClaimedTask, 'failures'>;

/** Many polls may wait for one unit a minute: each looks again at a time of its own. */
function afterWait(seconds: number): NextRun {
  return seconds <= SHORT_WAIT_SECONDS
    ? { at: 'soon', afterSeconds: seconds, spread: true }
    : { at: 'grid', notBeforeSeconds: seconds };
}

/** What follows from an answer that is no success. */
export function afterVerdict(
  { verdict, code, retryAfterSeconds }: JudgedAnswer,
  status: number,
  task: Failing,
): TaskResult {
  const said = code === undefined ? `status ${status}` : `${code} (status ${status})`;
  const retry: NextRun = {
    at: 'soon',
    afterSeconds: Math.max(retryAfterSeconds ?? 0, retrySeconds(task.failures)),
  };
  switch (verdict) {
    case 'unauthorized':
      return {
        outcome: 'unauthorized',
        ended: 'failed',
        next: retry,
        error: `the provider did not accept the token: ${said}`,
      };
    case 'missing-scope':
      return {
        outcome: PAUSED_FOR_SCOPE,
        ended: 'excused',
        next: { at: 'paused', reason: PAUSED_FOR_SCOPE },
        error: `the token lacks a permission: ${said}`,
      };
    case 'rate-limited':
      return {
        outcome: 'rate_limited',
        ended: 'excused',
        next: afterWait(retryAfterSeconds ?? 60),
        error: `too many requests, says the provider: ${said}`,
      };
    case 'quota-exhausted':
      return {
        outcome: 'quota',
        ended: 'excused',
        next: afterWait(Math.max(EXHAUSTED_SECONDS, retryAfterSeconds ?? 0)),
        error: `the quota is used up, says the provider: ${said}`,
      };
    case 'gone':
      return {
        outcome: 'gone',
        ended: 'failed',
        next: { at: 'grid' },
        error: `what is polled does not exist or cannot be seen by this account: ${said}`,
      };
    case 'no-access':
      return {
        outcome: 'no_access',
        ended: 'failed',
        next: { at: 'grid' },
        error: `the account may not read this: ${said}`,
      };
    default:
      return { outcome: 'failed', ended: 'failed', next: retry, error: `the provider failed: ${said}` };
  }
}

/** What follows from an error; undefined: nothing is known of it. */
export function afterError(error: unknown, task: Failing): TaskResult | undefined {
  if (error instanceof QuotaExhaustedError) {
    return {
      outcome: 'quota',
      ended: 'excused',
      next: afterWait(error.retryAfterSeconds),
      error: `postponed, because ${error.message}`,
    };
  }
  if (error instanceof BreakerOpenError) {
    return { outcome: 'breaker', ended: 'excused', next: { at: 'catch-up' }, error: error.message };
  }
  if (error instanceof MissingValueError) {
    return {
      outcome: 'missing_value',
      ended: 'failed',
      next: { at: 'grid' },
      error: `the connection has no value for {${error.placeholder}}`,
    };
  }
  if (error instanceof PollAnswerError) {
    return {
      outcome: 'unreadable_answer',
      ended: 'failed',
      next: { at: 'soon', afterSeconds: retrySeconds(task.failures) },
      error: error.message,
    };
  }
  return error instanceof ConnectionUnavailableError ? afterUnavailable(error) : undefined;
}

function afterUnavailable({ status, message }: ConnectionUnavailableError): TaskResult {
  return {
    outcome: status ?? 'no_token',
    ended: 'excused',
    // A token that is being refreshed comes by itself. In the other cases the task rests with its connection.
    next: status === 'refreshing' ? { at: 'soon', afterSeconds: 60, spread: true } : { at: 'grid' },
    error: `not polled, because ${message}`,
  };
}
