import type { Bus } from '@hookline/bus';
import { countNouns } from '@hookline/contracts';
import { createBulkWorker, type Foundation, type LoopWorker } from '@hookline/service';
import type { DeliveryMetrics } from '../metrics.ts';
import type { DeliveryOptions } from '../options.ts';
import type { FilterEvaluator } from '../pipeline/filters/filter-evaluator.ts';
import { DELIVERY_BULK_JOBS } from './bulk/delivery-bulk-jobs.ts';
import { createHeldMonitor } from './held/held-monitor.ts';
import { createLedgerAuditor } from './ledger/ledger-auditor.ts';
import { createReplayWorker } from './replays/replay-worker.ts';
import { createStatisticsKeeper } from './statistics/statistics-keeper.ts';

export interface OperationsContext {
  bus: Bus;
  filters: FilterEvaluator;
  metrics: DeliveryMetrics;
  /** Called when ordering keys are released: the next delivery of each key may be due. */
  onKeysReleased: () => void;
}

/** Workers that are not part of the pipeline. */
export interface Operations {
  auditor: LoopWorker;
  statistics: LoopWorker;
  replays: LoopWorker;
  bulkJobs: LoopWorker;
  held: LoopWorker;
}

export function buildOperations(
  { database, health, logger }: Foundation,
  options: DeliveryOptions,
  { bus, filters, metrics, onKeysReleased }: OperationsContext,
): Operations {
  let unaccounted = 0;
  health.addInformation('ledger', () => {
    if (unaccounted === 0) return;
    throw new Error(
      `${countNouns(unaccounted, 'event or delivery is', 'events or deliveries are')} unaccounted for; GET /api/unreadable-messages lists messages that could not be read`,
    );
  });
  return {
    auditor: createLedgerAuditor({
      bus,
      database,
      logger,
      intervalMs: options.ledgerIntervalMs,
      onUnaccounted(count) {
        unaccounted = count;
        metrics.unaccounted(count);
      },
    }),
    statistics: createStatisticsKeeper({
      database,
      logger,
      intervalMs: options.statisticsIntervalMs,
      keepDays: options.statisticsDays,
    }),
    held: createHeldMonitor({
      database,
      logger,
      intervalMs: options.heldIntervalMs,
      holdMs: options.holdMs,
    }),
    replays: createReplayWorker({ database, logger, filters, pollIntervalMs: options.pollIntervalMs }),
    bulkJobs: createBulkWorker({
      database,
      logger,
      jobs: DELIVERY_BULK_JOBS,
      pollIntervalMs: options.pollIntervalMs,
      // The next delivery of an ordering key may be due.
      onPart: onKeysReleased,
    }),
  };
}
