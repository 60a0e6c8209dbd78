import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { type DueDelivery, heldBytes } from '../delivery/due-delivery.ts';
import type { Outcome, Settled } from '../delivery/outcome.ts';
import { type RecordedOutcome, recordOutcomes } from './record-outcomes.ts';
import { reduceOutcome } from './reduce-outcome.ts';

export interface OutcomeRecorderOptions {
  database: Database;
  logger: Logger;
  leaseSeconds: number;
  /**
   * Called after the commit, with what gave up and is now dead; resolves when it holds their payloads no longer. Must not
   * reject. What gives up beyond MAX_DEAD_BYTES is not among them: it stays due until a claim brings it.
   */
  onDead: (dead: readonly { outcome: Outcome; delivery: DueDelivery }[]) => Promise<void>;
  /** Called after the commit with endpoints that were switched off, because their receivers want no more. */
  onDisabled: (endpointIds: readonly string[]) => void;
  onFenced: (count: number) => void;
  /** Called after the commit, with the endpoints of what was recorded. */
  onRecorded: (endpointIds: Iterable<string>) => void;
}

export interface OutcomeRecorder {
  /**
   * What came of one request, or of several: written in one statement. Resolves when there is room for more, which is at
   * once unless Postgres is behind.
   */
  recordAll(settled: readonly Settled[]): Promise<void>;
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
 * Of payloads kept for dead letters, from the outcome until the letter is published. Its lane has let go of it by then,
 * and Postgres and NATS may both be away. One more may go beyond it.
 */
export const MAX_DEAD_BYTES = 16_777_216;
/** What a delivery takes besides its payload. */
const DELIVERY_BYTES = 1_024;

interface Recording {
  outcome: Outcome;
  /** How many follow it that came of the same request. */
  followers: number;
  /**
   * Only of what gave up, for its dead letter, and while there is room: other payloads must not wait in memory for
   * Postgres.
   */
  delivery: DueDelivery | undefined;
  /** Postgres did not take it as it was. */
  isReduced: boolean;
}

const bytesOf = (delivery: DueDelivery) => DELIVERY_BYTES + heldBytes(delivery);

/**
 * Writes outcomes in batches: while one statement runs the next batch gathers. Tries for as long as Postgres is
 * away; by then a lease may have run out and the row be somebody else's, which the fence in the statement sees.
 * A batch that Postgres refuses is halved, so that one outcome does not have all others sent again; and that one is
 * recorded without what came back, so that it is not sent again either.
 */
export function createOutcomeRecorder(options: OutcomeRecorderOptions): OutcomeRecorder {
  const { database, logger } = options;
  let queue: Recording[] = [];
  let running = 0;
  let pending = 0;
  let deadBytes = 0;
  let gathering: NodeJS.Timeout | undefined;
  let waiters: (() => void)[] = [];

  function keepIfDead({ outcome, delivery }: Settled): DueDelivery | undefined {
    if (outcome.status !== 'failed' || deadBytes >= MAX_DEAD_BYTES) return undefined;
    deadBytes += bytesOf(delivery);
    return delivery;
  }

  function schedule(): void {
    if (queue.length >= ENOUGH) flushQueue();
    else if (queue.length > 0) gathering ??= setTimeout(flushQueue, GATHER_MS);
  }

  function flushQueue(): void {
    clearTimeout(gathering);
    gathering = undefined;
    while (queue.length > 0 && running < MAX_STATEMENTS_AT_ONCE) void flush(takeBatch());
  }

  /** What came of one request stays together: due again at one moment, it is one batch again. */
  function takeBatch() {
    let count = 0;
    for (let end = 0; end < queue.length; ) {
      end += 1 + (queue[end] as Recording).followers;
      if (count > 0 && end > MAX_BATCH) break;
      count = end;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }

  async function flush(batch: Recording[]): Promise<void> {
    running++;
    try {
      await write(batch);
    } finally {
      running--;
      pending -= batch.length;
      const resume = waiters;
      waiters = [];
      for (const wake of resume) wake();
      schedule();
    }
  }

  async function write(batch: readonly Recording[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const outcomes = batch.map(({ outcome }) => outcome);
        report(batch, await recordOutcomes(database, outcomes, options.leaseSeconds));
        return;
      } catch (error) {
        if (isTransientDatabaseError(error)) {
          logger.warn({ err: error, attempt }, 'outcomes wait for Postgres');
          await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 1_000)));
          continue;
        }
        const [first] = batch;
        if (first && batch.length === 1) {
          const { eventId, endpointId } = first.outcome;
          const about = { err: error, eventId, webhookId: endpointId };
          if (!first.isReduced) {
            logger.error(about, 'an outcome could not be recorded; it is recorded without what came back');
            await write([{ ...first, outcome: reduceOutcome(first.outcome), isReduced: true }]);
            return;
          }
          // The delivery is taken up again when its lease runs out, and given up when that has happened often enough.
          logger.error(about, 'an outcome could not be recorded at all');
          letGo(batch);
          return;
        }
        const half = Math.ceil(batch.length / 2);
        await write(batch.slice(0, half));
        await write(batch.slice(half));
        return;
      }
    }
  }

  function report(batch: readonly Recording[], recorded: readonly RecordedOutcome[]): void {
    const fenced = batch.length - recorded.length;
    options.onRecorded(new Set(recorded.map(({ endpointId }) => endpointId)));
    if (fenced > 0) {
      logger.warn(
        { fenced },
        'outcomes came too late: another replica has the deliveries, or somebody has cancelled them',
      );
      options.onFenced(fenced);
    }
    const disabled = recorded.filter((each) => each.disabled).map(({ endpointId }) => endpointId);
    if (disabled.length > 0) options.onDisabled([...new Set(disabled)]);
    const gaveUp = batch.filter(({ delivery }) => delivery !== undefined);
    if (gaveUp.length === 0) return;
    const ours = new Set(recorded.map(({ eventId, endpointId }) => `${eventId} ${endpointId}`));
    const dead: { outcome: Outcome; delivery: DueDelivery }[] = [];
    for (const { outcome, delivery } of gaveUp) {
      if (delivery && ours.has(`${outcome.eventId} ${outcome.endpointId}`)) dead.push({ outcome, delivery });
    }
    if (dead.length === 0) letGo(gaveUp);
    else void options.onDead(dead).then(() => letGo(gaveUp));
  }

  function letGo(recordings: readonly Recording[]): void {
    for (const { delivery } of recordings) if (delivery) deadBytes -= bytesOf(delivery);
  }

  async function recordAll(settled: readonly Settled[]): Promise<void> {
    let followers = settled.length;
    for (const { outcome, delivery } of settled) {
      followers--;
      queue.push({ outcome, followers, delivery: keepIfDead({ outcome, delivery }), isReduced: false });
    }
    pending += settled.length;
    schedule();
    while (pending > MAX_PENDING) await new Promise<void>((resolve) => waiters.push(resolve));
  }

  return {
    recordAll,
    get pending() {
      return pending;
    },
    async drain() {
      while (pending > 0) await new Promise<void>((resolve) => waiters.push(resolve));
    },
  };
}
