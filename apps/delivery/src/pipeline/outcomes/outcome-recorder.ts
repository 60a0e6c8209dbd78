import { createBatchedWriter, type Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { type DueDelivery, heldBytes } from '../delivery/due-delivery.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Settled } from '../delivery/settled.ts';
import { type RecordedOutcome, recordOutcomes } from './record-outcomes.ts';
import { reduceOutcome } from './reduce-outcome.ts';

export interface OutcomeRecorderOptions {
  database: Database;
  logger: Logger;
  leaseSeconds: number;
  /**
   * Called after the commit with deliveries that gave up. Resolves when their payloads are no longer in use, and must
   * not reject. A delivery that gives up beyond MAX_DEAD_BYTES is not among them: it stays due and is claimed again.
   */
  onDead: (dead: readonly { outcome: Outcome; delivery: DueDelivery }[]) => Promise<void>;
  /** Called after the commit with endpoints that were switched off, because their receivers want nothing more. */
  onDisabled: (endpointIds: readonly string[]) => void;
  onFenced: (count: number) => void;
  /** Called after the commit with the endpoints of the outcomes that were recorded. */
  onRecorded: (endpointIds: Iterable<string>) => void;
}

export interface OutcomeRecorder {
  /**
   * Records the outcomes of the deliveries of a request, in one statement. Resolves when there is capacity for more
   * outcomes, which is at once unless Postgres is behind.
   */
  recordAll(settled: readonly Settled[]): Promise<void>;
  readonly pending: number;
  /** Resolves when every outcome is recorded. */
  drain(): Promise<void>;
}

const MAX_BATCH = 500;
/** Nobody waits for an outcome to be recorded, and an outcome in a statement with ten others costs half. */
const GATHER_MS = 20;
const ENOUGH = 200;
const MAX_STATEMENTS_AT_ONCE = 2;
/** Beyond it attempts have to wait: outcomes must not pile up while Postgres is unavailable. */
const MAX_PENDING = 4_000;
/**
 * The most payloads that are held for dead letters, from the outcome until the letter is published. Their lanes do not
 * count them any more, and Postgres and NATS may both be unavailable. One payload may go beyond it.
 */
export const MAX_DEAD_BYTES = 16_777_216;
/** The memory of a delivery besides its payload. */
const DELIVERY_BYTES = 1_024;

interface Recording {
  outcome: Outcome;
  /**
   * Set for a delivery that gave up, for its dead letter, while there are less than MAX_DEAD_BYTES. No other payload
   * may wait in memory for Postgres.
   */
  dead: DueDelivery | undefined;
  /** Whether the outcome was reduced, because it could not be recorded as it was. */
  isReduced: boolean;
}

const bytesOf = (delivery: DueDelivery) => DELIVERY_BYTES + heldBytes(delivery);

/**
 * Records outcomes in batches. While Postgres is unavailable, the recorder tries again. Meanwhile a lease may run out
 * and the delivery be claimed by another replica: the fence in the statement sees that.
 *
 * An outcome that cannot be recorded is reduced: it is recorded without the receiver's answer, so that its delivery is
 * not sent again. The deliveries of the other outcomes of its batch are not sent again either.
 */
export function createOutcomeRecorder(options: OutcomeRecorderOptions): OutcomeRecorder {
  const { database, logger } = options;
  let deadBytes = 0;

  const writer = createBatchedWriter<Recording, RecordedOutcome[]>({
    gatherMs: GATHER_MS,
    enough: ENOUGH,
    maxItems: MAX_BATCH,
    maxConcurrent: MAX_STATEMENTS_AT_ONCE,
    maxPending: MAX_PENDING,
    onRetry: (error, attempt) => logger.warn({ err: error, attempt }, 'outcomes wait for Postgres'),
    write: (batch) =>
      recordOutcomes(
        database,
        batch.map(({ outcome }) => outcome),
        options.leaseSeconds,
      ),
    onWritten: report,
    onRejected: reduceOrDrop,
    onFailed(batch, error) {
      logger.error({ err: error, outcomes: batch.length }, 'outcomes could not be recorded');
      release(batch);
    },
  });

  function holdIfDead({ outcome, delivery }: Settled): DueDelivery | undefined {
    if (outcome.status !== 'failed' || deadBytes >= MAX_DEAD_BYTES) return undefined;
    deadBytes += bytesOf(delivery);
    return delivery;
  }

  function release(recordings: readonly Recording[]): void {
    for (const recording of recordings) {
      if (recording.dead) deadBytes -= bytesOf(recording.dead);
      recording.dead = undefined;
    }
  }

  function reduceOrDrop(recording: Recording, error: unknown): Recording | undefined {
    const { eventId, endpointId } = recording.outcome;
    const about = { err: error, eventId, webhookId: endpointId };
    if (!recording.isReduced) {
      logger.error(
        about,
        'an outcome could not be recorded; it is recorded without the answer of the receiver',
      );
      recording.outcome = reduceOutcome(recording.outcome);
      recording.isReduced = true;
      return recording;
    }
    // The delivery is claimed again when its lease runs out, and gives up after several such claims.
    logger.error(about, 'an outcome could not be recorded at all');
    release([recording]);
    return undefined;
  }

  function report(batch: readonly Recording[], recorded: readonly RecordedOutcome[]): void {
    const fenced = batch.length - recorded.length;
    options.onRecorded(new Set(recorded.map(({ endpointId }) => endpointId)));
    if (fenced > 0) {
      logger.warn(
        { fenced },
        'outcomes came too late: another replica has claimed the deliveries, or they were cancelled',
      );
      options.onFenced(fenced);
    }
    const disabled = recorded.filter((each) => each.disabled).map(({ endpointId }) => endpointId);
    if (disabled.length > 0) options.onDisabled([...new Set(disabled)]);
    const gaveUp = batch.filter(({ dead }) => dead !== undefined);
    if (gaveUp.length === 0) return;
    const ours = new Set(recorded.map(({ eventId, endpointId }) => `${eventId} ${endpointId}`));
    const dead: { outcome: Outcome; delivery: DueDelivery }[] = [];
    for (const { outcome, dead: delivery } of gaveUp) {
      if (delivery && ours.has(`${outcome.eventId} ${outcome.endpointId}`)) dead.push({ outcome, delivery });
    }
    if (dead.length === 0) release(gaveUp);
    else void options.onDead(dead).then(() => release(gaveUp));
  }

  return {
    recordAll(settled) {
      writer.add(
        settled.map(
          (each): Recording => ({ outcome: each.outcome, dead: holdIfDead(each), isReduced: false }),
        ),
      );
      return writer.waitForCapacity();
    },
    get pending() {
      return writer.pending;
    },
    drain: writer.drain,
  };
}
