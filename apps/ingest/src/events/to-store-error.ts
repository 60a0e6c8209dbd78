import { BusError } from '@hookline/bus';
import { ApiError } from '@hookline/contracts';

/** The sender should not come back at once: a broker that restarts or elects takes some seconds. */
const RETRY_AFTER_SECONDS = 5;

/** What a sender is told when its event could not be stored. */
export function toStoreError(error: unknown): unknown {
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
