import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { disableFailing } from './disable-failing.ts';
import { createFailureBook } from './failure-book.ts';
import { forgetFailures, readFailing } from './forget-failures.ts';
import { noteFailures } from './note-failures.ts';

export interface FailureWatch {
  /** @param failed whether an attempt did not deliver */
  note(endpointId: string, failed: boolean): void;
  stop(): Promise<void>;
}

export interface FailureWatchOptions {
  database: Database;
  logger: Logger;
  intervalMs: number;
  /** 0: never. */
  disableAfterHours: number;
  onDisabled: (endpointIds: readonly string[]) => void;
}

/**
 * Switches endpoints off after days of nothing but failures. Replicas see different attempts, so what each has seen
 * goes to Postgres: at most four statements per interval, whatever the number of attempts, and one while nothing
 * fails. A success where failures are known is written at once.
 */
export function startFailureWatch(options: FailureWatchOptions): FailureWatch {
  const { database, logger } = options;
  const book = createFailureBook();
  let failing = new Set<string>();
  let running: Promise<void> | undefined;
  let stopped = false;

  async function work(): Promise<void> {
    const failures = book.takeFailures();
    try {
      if (failures.length > 0) await noteFailures(database, failures);
    } catch (error) {
      book.giveBack(failures);
      throw error;
    }
    const successes = book.takeSuccesses();
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

  function run(): void {
    if (running || stopped) return;
    running = work()
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'what endpoints fail could not be noted; trying again'),
      )
      .finally(() => {
        running = undefined;
      });
  }

  const timer = setInterval(run, options.intervalMs);
  return {
    note(endpointId, failed) {
      book.note(endpointId, failed, performance.now());
      // Before another replica takes it for one that only fails.
      if (!failed && failing.delete(endpointId)) run();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
