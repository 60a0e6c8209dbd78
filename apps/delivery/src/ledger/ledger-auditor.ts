import type { Bus } from '@hookline/bus';
import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { checkLedger, readUnaccounted } from './check-ledger.ts';

export interface LedgerAuditor {
  stop(): Promise<void>;
}

/** Runs the audit every few seconds; several replicas share the work through a row lock. */
export function startLedgerAuditor(options: {
  bus: Bus;
  database: Database;
  logger: Logger;
  intervalMs: number;
  onUnaccounted: (count: number) => void;
}): LedgerAuditor {
  let stopped = false;
  let wake: (() => void) | undefined;
  const loop = (async () => {
    let known: number | undefined;
    while (!stopped) {
      let busy = false;
      try {
        const window = await checkLedger(options.bus, options.database);
        busy = window !== undefined && window.to - window.from >= 20_000;
        const unaccounted = window?.unaccounted ?? (await readUnaccounted(options.database));
        if (known !== undefined && unaccounted > known) {
          options.logger.error(
            { ...window, unaccounted },
            'the ledger does not add up: events or deliveries are missing',
          );
        }
        known = unaccounted;
        options.onUnaccounted(unaccounted);
      } catch (error) {
        options.logger.warn({ err: error }, 'the ledger could not be checked; trying again');
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
