import type { Bus } from '@hookline/bus';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import { checkLedger, MAX_WINDOW, readUnaccounted } from './check-ledger.ts';

/** Audits the ledger every few seconds. Replicas share the work through a row lock. */
export function createLedgerAuditor(options: {
  bus: Bus;
  database: Database;
  logger: Logger;
  intervalMs: number;
  onUnaccounted: (count: number) => void;
}): LoopWorker {
  const { bus, database, logger, intervalMs } = options;
  let known: number | undefined;

  /** @returns the pause until the next check, in ms */
  async function check(): Promise<number> {
    const window = await checkLedger(bus, database);
    const unaccounted = window?.unaccounted ?? (await readUnaccounted(database));
    if (known !== undefined && unaccounted > known) {
      logger.error(
        { ...window, unaccounted },
        'the ledger does not add up: events or deliveries are missing, or messages could not be read (GET /api/unreadable-messages)',
      );
    }
    known = unaccounted;
    options.onUnaccounted(unaccounted);
    return window !== undefined && window.to - window.from >= MAX_WINDOW ? 0 : intervalMs;
  }

  return createLoopWorker({
    name: 'ledger auditor',
    work: check,
    onError: (error) => logger.warn({ err: error }, 'the ledger could not be checked; trying again'),
    pauseAfterErrorMs: intervalMs,
  });
}
