import { toPublishError } from '@hookline/bus';
import { ApiError } from '@hookline/contracts';
import { isTransientDatabaseError } from '@hookline/db';
import { RETRY_AFTER_SECONDS } from '@hookline/service';

/** Translates an error of the event store for the sender of the event. */
export function toStoreError(error: unknown): unknown {
  return isTransientDatabaseError(error)
    ? new ApiError('unavailable', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS })
    : toPublishError(error);
}
