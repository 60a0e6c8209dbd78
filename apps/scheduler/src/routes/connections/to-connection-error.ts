import { ApiError, type ConnectionStatus } from '@hookline/contracts';
import { appMisconfigured } from '../../accounts/app-misconfigured.ts';
import { PollAnswerError } from '../../polls/apply-answer.ts';
import { ProviderRefusal } from '../../polls/read-pages.ts';
import { BreakerOpenError } from '../../provider-api/provider-api.ts';
import { QuotaExhaustedError } from '../../provider-api/quota-book.ts';
import { wordsOf } from '../../status/status-reasons.ts';
import { ConnectionUnavailableError } from '../../tokens/access-tokens.ts';

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
  const { status, reason, message, faultyApp } = error;
  if (faultyApp !== undefined) return appMisconfigured(faultyApp, error);
  const text = sentence(message);
  if (status === undefined) return new ApiError('not_found', { message: text, cause: error });
  // It is being tried again, without anybody's help.
  if (status === 'refreshing')
    return new ApiError('provider_unavailable', { message: text, cause: error, retryAfterSeconds: 30 });
  return new ApiError('connection_unavailable', { message: text, details: { status, reason }, cause: error });
}

function unavailable(cause: Error, retryAfterSeconds?: number): ApiError {
  return new ApiError('provider_unavailable', {
    message: sentence(cause.message),
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function hasNoAnswer(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || (typeof code === 'string' && NO_ANSWER.test(code));
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The answer to a call that a connection in this status cannot serve. */
export function unavailableConnection({
  status,
  reason,
}: {
  status: ConnectionStatus;
  reason: string | null;
}): ApiError {
  const words = wordsOf(reason);
  return new ApiError('connection_unavailable', {
    message: `The connection is ${status}${words === undefined ? '' : `: ${words}`}`,
    details: { status, reason },
  });
}
