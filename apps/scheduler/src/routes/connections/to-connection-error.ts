import { ApiError } from '@hookline/contracts';
import { appMisconfigured } from '../../accounts/app-misconfigured.ts';
import { ConnectionUnavailableError } from '../../tokens/access-tokens.ts';

/** The answer to an error of handing out a token. */
export function toConnectionError(error: unknown): unknown {
  if (!(error instanceof ConnectionUnavailableError)) return error;
  const { status, reason, message, faultyApp } = error;
  if (faultyApp !== undefined) return appMisconfigured(faultyApp, error);
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  if (status === undefined) return new ApiError('not_found', { message: text, cause: error });
  // It is being tried again, without anybody's help.
  if (status === 'refreshing')
    return new ApiError('provider_unavailable', { message: text, cause: error, retryAfterSeconds: 30 });
  return new ApiError('connection_unavailable', { message: text, details: { status, reason }, cause: error });
}
