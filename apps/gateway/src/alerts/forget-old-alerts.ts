import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { deleteOldAlerts } from '../sql/delete-old-alerts.ts';

const AT_ONCE = 500;
const PAUSE_MS = 3_600_000;
const AFTER_ERROR_MS = 60_000;

/** Deletes alerts that ended a month ago, on every replica: each takes other rows. */
export function createForgetOldAlerts(database: Database, logger: Logger): Worker {
  return createLoopWorker({
    name: 'old alerts',
    work: async () => ((await deleteOldAlerts(database, AT_ONCE)) < AT_ONCE ? PAUSE_MS : 0),
    onError: (error) => logger.warn({ err: error }, 'old alerts could not be deleted; trying again'),
    firstPauseMs: PAUSE_MS,
    pauseAfterErrorMs: AFTER_ERROR_MS,
  });
}
