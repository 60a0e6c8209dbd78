import { ApiError } from '@hookline/contracts';
import { BusError } from './errors.ts';

const RETRY_AFTER_SECONDS = 5;

/** Translates an error of `EventPublisher.publish` for the caller of the API. Other errors are returned unchanged. */
export function toPublishError(error: unknown): unknown {
  if (!(error instanceof BusError)) return error;
  switch (error.code) {
    case 'not_stored':
      return new ApiError('not_stored', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
    case 'publisher_full':
      return new ApiError('overloaded', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
    case 'too_large':
      return new ApiError('payload_too_large', { cause: error });
    default:
      return error;
  }
}
