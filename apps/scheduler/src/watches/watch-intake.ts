import { managedSourceOperations } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import type { InternalApi } from '../services/internal-api.ts';
import { claimIntakes, settleIntakes } from '../sql/watch-intake.ts';

/**
 * Tells ingest which sources of watches store events: those of which at least one connection receives pushes. A change of
 * a connection marks its watches in the same transaction, so none is forgotten.
 */
export interface WatchIntake extends Worker {
  /** Tells at once what has changed for a connection. What fails is logged, and the worker tells it. */
  follow(connectionId: string): Promise<void>;
  /** Statuses may have changed: to be called after the commit. */
  wake(): void;
}

const AT_ONCE = 500;
const PAUSE_MS = 5_000;
/** A caller waits for it. */
const FOLLOW_MS = 3_000;

export function createWatchIntake(parts: {
  database: Database;
  ingest: InternalApi;
  logger: Logger;
}): WatchIntake {
  const { database, ingest, logger } = parts;

  /** @returns how many sources were told of */
  async function tell(connectionId: string | undefined, signal: AbortSignal): Promise<number> {
    const claimed = await claimIntakes(database, connectionId, AT_ONCE);
    if (claimed.length === 0) return 0;
    const sources = claimed.map(({ sourceId, withholds }) => ({ id: sourceId, withholds }));
    await ingest.call(managedSourceOperations.withholdPushes, { body: { sources } }, signal);
    await settleIntakes(database, claimed);
    return claimed.length;
  }

  const worker = createLoopWorker({
    name: 'watch-intake',
    async work(signal) {
      return (await tell(undefined, signal)) === AT_ONCE ? 0 : PAUSE_MS;
    },
    onError: (error) =>
      logger.warn({ err: error }, 'ingest was not told which sources store events; trying again'),
    pauseAfterErrorMs: PAUSE_MS,
  });
  return {
    ...worker,
    async follow(connectionId) {
      const signal = AbortSignal.timeout(FOLLOW_MS);
      try {
        while ((await tell(connectionId, signal)) === AT_ONCE);
      } catch (error) {
        logger.warn({ err: error, connectionId }, 'ingest was not told of a pause yet; trying again');
      }
    },
  };
}
