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
 * Runs the due replays, part by part. The replicas share the replays. Each part is followed by a pause as long as the
 * part took, so that replays use one connection to Postgres for at most half of the time.
 */
export function createReplayWorker(options: ReplayWorkerOptions): LoopWorker {
  const { database, logger } = options;
  return createLoopWorker({
    name: 'replays',
    work: async () => ((await workAtReplay(database, options.filters)) ? 0 : options.pollIntervalMs),
    restsAsLongAsItWorked: true,
    onError(error) {
      const level = isTransientDatabaseError(error) ? 'warn' : 'error';
      logger[level]({ err: error }, 'a part of a replay failed; trying again');
    },
    pauseAfterErrorMs: options.pollIntervalMs,
  });
}
