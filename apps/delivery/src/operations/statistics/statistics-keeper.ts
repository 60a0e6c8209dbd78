import { type Database, isTransientDatabaseError } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import { compactStatistics } from './compact-statistics.ts';
import { pruneStatistics } from './prune-statistics.ts';

export interface StatisticsKeeperOptions {
  database: Database;
  logger: Logger;
  /** How often changes are added up. Until then whoever reads adds them up himself. */
  intervalMs: number;
  keepDays: number;
}

const MAX_CHANGES = 10_000;
const MAX_PRUNED = 5_000;
const PRUNE_EVERY_MS = 600_000;

/** Keeps statistics small: adds changes up, and removes what is past its time. Replicas take turns. */
export function createStatisticsKeeper(options: StatisticsKeeperOptions): LoopWorker {
  const { database, logger } = options;
  let pruneAtMs = performance.now() + PRUNE_EVERY_MS;

  /** @returns whether there is more to do at once */
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
