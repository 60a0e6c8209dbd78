import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import { discardHeld, MAX_DISCARDED } from './discard-held.ts';

export interface HeldMonitorOptions {
  database: Database;
  logger: Logger;
  intervalMs: number;
  /** How long an endpoint that is switched off keeps its deliveries, in ms. 0: forever. */
  holdMs: number;
}

/** Discards deliveries that wait too long for an endpoint that is switched off. Any replica may do it. */
export function createHeldMonitor({ database, logger, intervalMs, holdMs }: HeldMonitorOptions): LoopWorker {
  return createLoopWorker({
    name: 'held deliveries',
    async work() {
      if (holdMs === 0) return intervalMs;
      const discarded = await discardHeld(database, holdMs);
      if (discarded > 0)
        logger.info({ discarded }, 'deliveries to endpoints that are off for too long were discarded');
      return discarded === MAX_DISCARDED ? 0 : intervalMs;
    },
    onError: (error) => logger.warn({ err: error }, 'held deliveries could not be discarded; trying again'),
    firstPauseMs: intervalMs,
    pauseAfterErrorMs: intervalMs,
  });
}
