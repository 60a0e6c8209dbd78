import { type Database, isTransientDatabaseError } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import { compactStatistics } from './compact-statistics.ts';
import { pruneStatistics } from './prune-statistics.ts';

export interface StatisticsKeeperOptions {
  database: Database;
  logger: Logger;
  /** How often changes are added up. A query adds up the changes that are not yet in the table. */
  intervalMs: number;
  keepDays: number;
}

const MAX_CHANGES = 10_000;
const MAX_PRUNED = 5_000;
const PRUNE_EVERY_MS = 600_000;

/** Keeps the statistics small: adds up changes and removes old rows. One replica at a time does this. */
export function createStatisticsKeeper(options: StatisticsKeeperOptions): LoopWorker {
  const { database, logger } = options;
  let pruneAtMs = performance.now() + PRUNE_EVERY_MS;

  /** @returns whether the next round must follow at once */
  async function keep(): Promise<boolean> {
    if ((await compactStatistics(database, MAX_CHANGES)) === MAX_CHANGES) return true;
    if (performance.now() < pruneAtMs) return false;
    const more = (await pruneStatistics(database, options.keepDays, MAX_PRUNED)) >= MAX_PRUNED;
    if (!more) pruneAtMs = performance.now() + PRUNE_EVERY_MS;
    return more;
  }

  return createLoopWorker({
    name: 'statistics',
    work: async () => ((await keep()) ? 0 : options.intervalMs),
    onError(error) {
      const level = isTransientDatabaseError(error) ? 'warn' : 'error';
      logger[level]({ err: error }, 'statistics could not be added up; trying again');
    },
    pauseAfterErrorMs: options.intervalMs,
  });
}
