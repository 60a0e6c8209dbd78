import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { deleteEndedPortalSessions } from '../../sql/delete-ended-portal-sessions.ts';
import { deleteEndedSessions } from '../../sql/delete-ended-sessions.ts';

const INTERVAL_MS = 3_600_000;
const AFTER_ERROR_MS = 60_000;
const BATCH = 1_000;

/** Deletes sessions and portal sessions that ended a day ago, once an hour. Replicas share the work. */
export function createSessionSweeper(database: Database, logger: Logger): Worker {
  return createLoopWorker({
    name: 'session-sweeper',
    async work() {
      const deleted = [
        await deleteEndedSessions(database, BATCH),
        await deleteEndedPortalSessions(database, BATCH),
      ];
      return deleted.includes(BATCH) ? 0 : INTERVAL_MS;
    },
    onError: (error) => logger.warn({ err: error }, 'ended sessions could not be deleted; trying again'),
    firstPauseMs: INTERVAL_MS,
    pauseAfterErrorMs: AFTER_ERROR_MS,
  });
}
