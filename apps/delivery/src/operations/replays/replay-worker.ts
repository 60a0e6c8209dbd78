import { type Database, isTransientDatabaseError } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import type { FilterEvaluator } from '../../pipeline/filters/filter-evaluator.ts';
import { workAtReplay } from './work-at-replay.ts';

export interface ReplayWorkerOptions {
  database: Database;
  logger: Logger;
  pollIntervalMs: number;
  filters: FilterEvaluator;
}

/**
 * Works at replays, part by part, whichever is due. Replicas share them. After a part comes a pause as long as the part
 * took, so that a replay never takes more than half of a connection's time from Postgres.
 */
export function createReplayWorker(options: ReplayWorkerOptions): LoopWorker {
  const { database, logger } = options;
  return createLoopWorker({
    name: 'replays',
    work: async () => ((await workAtReplay(database, options.filters)) ? 0 : options.pollIntervalMs),
    restsAsLongAsItWorked: true,
    onError(error) {
      const level = isTransientDatabaseError(error) ? 'warn' : 'error';
      logger[level]({ err: error }, 'a replay could not go on; trying again');
    },
    pauseAfterErrorMs: options.pollIntervalMs,
  });
}
