import { BusError } from '@hookline/bus';
import { ApiError } from '@hookline/contracts';
import { isTransientDatabaseError } from '@hookline/db';
import { RETRY_AFTER_SECONDS } from '@hookline/service';

/** What a sender is told when its event could not be stored. */
export function toStoreError(error: unknown): unknown {
  if (isTransientDatabaseError(error)) {
    return new ApiError('unavailable', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
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
