import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { FilterEvaluator } from '../filters/filter-evaluator.ts';
import { workAtReplay } from './work-at-replay.ts';

export interface ReplayWorkerOptions {
  database: Database;
  logger: Logger;
  pollIntervalMs: number;
  filters: FilterEvaluator;
}

export interface ReplayWorker {
  /** There is a new one: look at once. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Works at replays, part by part, whichever is due. Replicas share them. After a part comes a pause as long as the part
 * took, so that a replay never takes more than half of a connection's time from Postgres.
 */
export function startReplayWorker(options: ReplayWorkerOptions): ReplayWorker {
  const { database, logger } = options;
  let stopped = false;
  let wake: (() => void) | undefined;

  const loop = (async () => {
    while (!stopped) {
      const start = performance.now();
      let pauseMs = options.pollIntervalMs;
      try {
        if (await workAtReplay(database, options.filters)) pauseMs = performance.now() - start;
      } catch (error) {
        const level = isTransientDatabaseError(error) ? 'warn' : 'error';
        logger[level]({ err: error }, 'a replay could not go on; trying again');
      }
      if (stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();

  return {
    wake: () => wake?.(),
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}
