import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { compactStatistics } from './compact-statistics.ts';
import { pruneStatistics } from './prune-statistics.ts';

export interface StatisticsKeeperOptions {
  database: Database;
  logger: Logger;
  /** How often changes are added up. Until then whoever reads adds them up himself. */
  intervalMs: number;
  keepDays: number;
}

export interface StatisticsKeeper {
  stop(): Promise<void>;
}

const MAX_CHANGES = 10_000;
const MAX_PRUNED = 5_000;
const PRUNE_EVERY_MS = 600_000;

/** Keeps statistics small: adds changes up, and removes what is past its time. Replicas take turns. */
export function startStatisticsKeeper(options: StatisticsKeeperOptions): StatisticsKeeper {
  const { database, logger } = options;
  let stopped = false;
  let wake: (() => void) | undefined;
  let pruneAtMs = Date.now() + PRUNE_EVERY_MS;

  async function keep(): Promise<boolean> {
    if ((await compactStatistics(database, MAX_CHANGES)) === MAX_CHANGES) return true;
    if (Date.now() < pruneAtMs) return false;
    const more = (await pruneStatistics(database, options.keepDays, MAX_PRUNED)) >= MAX_PRUNED;
    if (!more) pruneAtMs = Date.now() + PRUNE_EVERY_MS;
    return more;
  }

  const loop = (async () => {
    while (!stopped) {
      let busy = false;
      try {
        busy = await keep();
      } catch (error) {
        const level = isTransientDatabaseError(error) ? 'warn' : 'error';
        logger[level]({ err: error }, 'statistics could not be added up; trying again');
      }
      if (stopped || busy) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.intervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();

  return {
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}
