import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { deleteOldIdempotencyKeys } from '../sql/delete-old-idempotency-keys.ts';

const AT_ONCE = 1_000;
const PAUSE_MS = 60_000;

/** Deletes expired keys, on every replica: each takes other rows. */
export function createForgetOldKeys(database: Database, logger: Logger): Worker {
  return createLoopWorker({
    name: 'old idempotency keys',
    async work() {
      return (await deleteOldIdempotencyKeys(database, AT_ONCE)) < AT_ONCE ? PAUSE_MS : 0;
    },
    onError: (error) =>
      logger.warn({ err: error }, 'old idempotency keys could not be deleted; trying again'),
    firstPauseMs: PAUSE_MS,
    pauseAfterErrorMs: PAUSE_MS,
  });
}
