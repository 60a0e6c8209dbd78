import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { disableFailing } from './disable-failing.ts';
import { createFailureTally } from './failure-tally.ts';
import { forgetFailures, readFailing } from './forget-failures.ts';
import { noteFailures } from './note-failures.ts';

export interface FailureMonitor extends Worker {
  /** @param failed whether the attempt failed to deliver */
  note(endpointId: string, failed: boolean): void;
}

export interface FailureMonitorOptions {
  database: Database;
  logger: Logger;
  intervalMs: number;
  /** 0: never. */
  disableAfterHours: number;
  onDisabled: (endpointIds: readonly string[]) => void;
}

/**
 * Switches endpoints off that have had only failures for days. Replicas see different attempts, so each replica writes
 * its failures and successes to Postgres. This takes at most four statements in an interval, whatever the number of
 * attempts, and one statement while nothing fails. The first success of an endpoint with failures is written at once.
 */
export function createFailureMonitor(options: FailureMonitorOptions): FailureMonitor {
  const { database, logger } = options;
  const tally = createFailureTally();
  let failing = new Set<string>();

  async function noteAndDisable(): Promise<void> {
    const failures = tally.drainFailures();
    try {
      if (failures.length > 0) await noteFailures(database, failures);
    } catch (error) {
      tally.putBack(failures);
      throw error;
    }
    const successes = tally.drainSuccesses();
    const known = await readFailing(database);
    if (known.size === 0) {
      failing = known;
      return;
    }
    const recovered = new Map([...successes].filter(([endpointId]) => known.has(endpointId)));
    await forgetFailures(database, recovered);
    for (const endpointId of recovered.keys()) known.delete(endpointId);
    failing = known;
    if (options.disableAfterHours === 0) return;
    const disabled = await disableFailing(database, options.disableAfterHours);
    if (disabled.length > 0) options.onDisabled(disabled);
  }

  const { name, run, wake } = createLoopWorker({
    name: 'failure watch',
    async work() {
      await noteAndDisable();
      return options.intervalMs;
    },
    onError: (error) => logger.warn({ err: error }, 'failures of endpoints could not be noted; trying again'),
    firstPauseMs: options.intervalMs,
    pauseAfterErrorMs: options.intervalMs,
  });
  return {
    name,
    run,
    note(endpointId, failed) {
      tally.note(endpointId, failed, performance.now());
      // The success is written at once, before another replica switches the endpoint off.
      if (!failed && failing.delete(endpointId)) wake();
    },
  };
}
