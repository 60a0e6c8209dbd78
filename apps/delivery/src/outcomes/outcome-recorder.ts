import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { Outcome } from './outcome.ts';
import { recordOutcomes } from './record-outcomes.ts';

export interface OutcomeRecorderOptions {
  database: Database;
  logger: Logger;
  /** Called after the commit, with what gave up and is now dead. */
  onDead: (dead: readonly { outcome: Outcome; delivery: DueDelivery }[]) => void;
  onFenced: (count: number) => void;
}

export interface OutcomeRecorder {
  /** Resolves when there is room for more, which is at once unless Postgres is behind. */
  record(outcome: Outcome, delivery: DueDelivery): Promise<void>;
  readonly pending: number;
  /** Resolves when everything is written. */
  drain(): Promise<void>;
}

const MAX_BATCH = 500;
/** Outcomes gather this long, or until there are ENOUGH: nobody waits for them, and ten in one statement cost half. */
const GATHER_MS = 20;
const ENOUGH = 200;
const MAX_STATEMENTS_AT_ONCE = 2;
/** Beyond it whoever makes attempts has to wait: outcomes must not pile up while Postgres is away. */
const MAX_PENDING = 4_000;

/**
 * Writes outcomes in batches: while one statement runs the next batch gathers. Tries for as long as Postgres is
 * away; by then a lease may have run out and the row be somebody else's, which the fence in the statement sees.
 */
export function createOutcomeRecorder(options: OutcomeRecorderOptions): OutcomeRecorder {
  const { database, logger } = options;
  let queue: { outcome: Outcome; delivery: DueDelivery }[] = [];
  let running = 0;
  let pending = 0;
  let gathering: NodeJS.Timeout | undefined;
  let waiters: (() => void)[] = [];

  function schedule(): void {
    if (queue.length >= ENOUGH) flushQueue();
    else if (queue.length > 0) gathering ??= setTimeout(flushQueue, GATHER_MS);
  }

  function flushQueue(): void {
    clearTimeout(gathering);
    gathering = undefined;
    while (queue.length > 0 && running < MAX_STATEMENTS_AT_ONCE) void flush(takeBatch());
  }

  function takeBatch() {
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    return batch;
  }

  async function flush(batch: { outcome: Outcome; delivery: DueDelivery }[]): Promise<void> {
    running++;
    try {
      const written = await writeUntilDone(batch.map(({ outcome }) => outcome));
      const fenced = batch.length - written.length;
      if (fenced > 0) {
        logger.warn(
          { fenced },
          'outcomes came after their lease had run out; another replica has the deliveries',
        );
        options.onFenced(fenced);
      }
      const failed = batch.filter(({ outcome }) => outcome.status === 'failed');
      if (failed.length > 0) {
        const ours = new Set(written.map(({ eventId, endpointId }) => `${eventId} ${endpointId}`));
        options.onDead(failed.filter(({ outcome }) => ours.has(`${outcome.eventId} ${outcome.endpointId}`)));
      }
    } finally {
      running--;
      pending -= batch.length;
      const resume = waiters;
      waiters = [];
      for (const wake of resume) wake();
      schedule();
    }
  }

  async function writeUntilDone(outcomes: readonly Outcome[]) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await recordOutcomes(database, outcomes);
      } catch (error) {
        if (!isTransientDatabaseError(error)) {
          // Not recorded, the deliveries are taken up again when their lease runs out: late, but not lost.
          logger.error({ err: error, outcomes: outcomes.length }, 'outcomes could not be recorded');
          return [];
        }
        logger.warn({ err: error, attempt }, 'outcomes wait for Postgres');
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 1_000)));
      }
    }
  }

  return {
    async record(outcome, delivery) {
      queue.push({ outcome, delivery });
      pending++;
      schedule();
      while (pending > MAX_PENDING) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    get pending() {
      return pending;
    },
    async drain() {
      while (pending > 0) await new Promise<void>((resolve) => waiters.push(resolve));
    },
  };
}
