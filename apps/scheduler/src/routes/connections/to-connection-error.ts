import { ApiError, type ConnectionStatus } from '@hookline/contracts';
import { appMisconfigured } from '../../accounts/app-misconfigured.ts';
import { PollAnswerError } from '../../polls/apply-answer.ts';
import { ProviderRefusal } from '../../polls/read-pages.ts';
import { BreakerOpenError } from '../../provider-api/provider-api.ts';
import { QuotaExhaustedError } from '../../provider-api/quota-book.ts';
import { describeStatus, type TokenReason, toSentence } from '../../status/status-reasons.ts';
import { ConnectionUnavailableError, type NextRefresh } from '../../tokens/access-tokens.ts';

const BREAKER_SECONDS = 30;
const NO_ANSWER = /^(?:UND_ERR_|ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/;

/** The answer to an error of handing out a token, or of a call to a provider. */
export function toConnectionError(error: unknown): unknown {
  if (error instanceof ConnectionUnavailableError) return toTokenError(error);
  if (error instanceof QuotaExhaustedError) return unavailable(error, Math.ceil(error.retryAfterSeconds));
  if (error instanceof BreakerOpenError) return unavailable(error, BREAKER_SECONDS);
  if (error instanceof ProviderRefusal) {
    const { verdict, retryAfterSeconds } = error.answer.judged;
    if (verdict === 'missing-scope') return new ApiError('permission_missing', { cause: error });
    return unavailable(error, retryAfterSeconds);
  }
  if (error instanceof PollAnswerError) return unavailable(error);
  return hasNoAnswer(error)
    ? new ApiError('provider_unavailable', { message: 'The provider did not answer in time', cause: error })
    : error;
}

function toTokenError(error: ConnectionUnavailableError): ApiError {
  const { status, reason, message, faultyApp, nextRefresh } = error;
  if (faultyApp !== undefined) return appMisconfigured(faultyApp, error);
  const text = toSentence(message);
  if (status === undefined) return new ApiError('not_found', { message: text, cause: error });
  // It is being tried again, without anybody's help.
  if (status === 'refreshing') {
    if (reason === REFUSED_ONCE && nextRefresh !== undefined) return refreshRefused(nextRefresh, error);
    return new ApiError('provider_unavailable', {
      message: text,
      details: { status, reason },
      cause: error,
      retryAfterSeconds: retryAfter(nextRefresh),
    });
  }
  return new ApiError('connection_unavailable', { message: text, details: { status, reason }, cause: error });
}

/** The reason of a token whose refresh token the provider has refused for the first time. */
export const REFUSED_ONCE = 'invalid_grant_once' satisfies TokenReason;

/** The answer to a call that needs a refresh which the provider has refused once. */
export function refreshRefused(nextRefresh: NextRefresh, cause?: unknown): ApiError {
  const nextRefreshAt = nextRefresh.at.toISOString();
  return new ApiError('refresh_refused', {
    message: `The provider refused the refresh token. Such an answer is sometimes wrong, so Hookline asks once more, at ${nextRefreshAt}. If the provider refuses it again, a person has to connect the account again`,
    details: { status: 'refreshing', reason: REFUSED_ONCE, nextRefreshAt },
    retryAfterSeconds: retryAfter(nextRefresh),
    cause,
  });
}

/** A worker looks for due tokens every few seconds. */
const SOON_SECONDS = 30;
const LEAST_RETRY_SECONDS = 1;

/** In how many seconds a caller that waits for a refresh asks again. */
export const retryAfter = (nextRefresh: NextRefresh | undefined): number =>
  nextRefresh === undefined ? SOON_SECONDS : Math.max(LEAST_RETRY_SECONDS, Math.ceil(nextRefresh.inSeconds));

function unavailable(cause: Error, retryAfterSeconds?: number): ApiError {
  return new ApiError('provider_unavailable', {
    message: toSentence(cause.message),
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function hasNoAnswer(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || (typeof code === 'string' && NO_ANSWER.test(code));
}

/** The answer to a call that a connection in this status cannot serve. */
export function unavailableConnection({
  status,
  reason,
}: {
  status: ConnectionStatus;
  reason: string | null;
}): ApiError {
  return new ApiError('connection_unavailable', {
    message: toSentence(describeStatus(status, reason)),
    details: { status, reason },
  });
}
