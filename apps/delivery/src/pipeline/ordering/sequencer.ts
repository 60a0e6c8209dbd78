import { type Bus, isConsumerNotFound, streamIncarnation } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker, type Waker } from '@hookline/service';
import { orderingPosition } from './ordering-position.ts';
import { type KeyPosition, promoteHeads } from './promote-heads.ts';

export interface SequencerOptions {
  bus: Bus;
  database: Database;
  logger: Logger;
  /** Whether any endpoint has `ordering`; if none has, rounds are rare. */
  isNeeded: () => boolean;
  /** Called when deliveries have become due. */
  onPromoted: () => void;
  /** Woken when a delivery may be next: deliveries were stored or settled, or a key is free again. */
  waker?: Waker | undefined;
}

/** Finds deliveries that became next without a call of `wake`: another replica settled the previous one, or died. */
const SWEEP_INTERVAL_MS = 1_000;
/** Finds the remaining deliveries of endpoints that had `ordering` earlier. */
const IDLE_INTERVAL_MS = 30_000;
/** Until the earlier events of the stream are fanned out: acknowledgements come in batches. */
const EARLY_RETRY_MS = 25;

/**
 * Gives deliveries with an ordering key their turn, one of each key at a time.
 *
 * The order is that of the stream. It holds for any number of replicas, because a delivery gets its turn only when the
 * consumer has acknowledged every message up to its event: all earlier deliveries are in the table then.
 */
export function createSequencer(options: SequencerOptions): LoopWorker {
  const { bus, database, logger } = options;
  /** @returns how long to pause, in ms */
  async function promoteAll(signal: AbortSignal): Promise<number> {
    const position = await readPosition(bus);
    let after: KeyPosition | undefined;
    let early = 0;
    do {
      const promotion = await promoteHeads(database, position, after);
      after = promotion.after;
      early += promotion.early;
      if (promotion.promoted > 0) options.onPromoted();
    } while (after !== undefined && !signal.aborted);
    if (early > 0) return EARLY_RETRY_MS;
    return options.isNeeded() ? SWEEP_INTERVAL_MS : IDLE_INTERVAL_MS;
  }

  return createLoopWorker({
    name: 'sequencer',
    work: promoteAll,
    onError: (error) =>
      logger.warn({ err: error }, 'deliveries with an ordering key could not get their turn; trying again'),
    pauseAfterErrorMs: SWEEP_INTERVAL_MS,
    // At most half of a connection's time, however often it is woken.
    restsAsLongAsItWorked: true,
    waker: options.waker,
  });
}

/** The position up to which every message of the stream is fanned out. */
async function readPosition(bus: Bus): Promise<string> {
  const [stream, acknowledged] = await Promise.all([
    bus.manager.streams.info(EVENTS_STREAM),
    bus.manager.consumers.info(EVENTS_STREAM, DELIVERY_CONSUMER).then(
      ({ ack_floor }) => ack_floor.stream_seq,
      (error: unknown) => {
        // The first replica is about to create the consumer.
        if (isConsumerNotFound(error)) return 0;
        throw error;
      },
    ),
  ]);
  return orderingPosition(streamIncarnation(stream), acknowledged);
}
