import { BusError } from '@hookline/bus';
import { ApiError } from '@hookline/contracts';

/** What the caller is told when a test event could not be stored: to come back, not that we are broken. */
export function toPublishError(error: unknown): unknown {
  if (!(error instanceof BusError)) return error;
  if (error.code === 'not_stored') return new ApiError('not_stored', { cause: error, retryAfterSeconds: 5 });
  if (error.code === 'publisher_full')
    return new ApiError('overloaded', { cause: error, retryAfterSeconds: 5 });
  return error;
}
