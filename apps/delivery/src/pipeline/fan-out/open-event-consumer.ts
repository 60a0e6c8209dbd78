import { type Bus, consumeBatches } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import { type Logger, untilAborted, type Worker } from '@hookline/service';
import { createFanOut, type FanOutOptions } from './fan-out.ts';

export interface EventConsumer extends Worker {
  /** Messages that were taken from the stream and are not acknowledged. */
  readonly buffered: number;
}

export interface EventConsumerOptions extends Omit<FanOutOptions, 'signal'> {
  bus: Bus;
  logger: Logger;
}

const MAX_ACK_WAIT_MS = 15_000;

/** Consumes the stream of events from now on. When the worker stops, the batches in hand are finished first. */
export async function openEventConsumer({ bus, ...fanOut }: EventConsumerOptions): Promise<EventConsumer> {
  const stopping = new AbortController();
  const consumer = await consumeBatches(bus, {
    stream: EVENTS_STREAM,
    durable: DELIVERY_CONSUMER,
    // One setting limits the delay after a crash, for batches as for deliveries.
    ackWaitMs: Math.min(MAX_ACK_WAIT_MS, fanOut.leaseSeconds * 1_000),
    logger: fanOut.logger,
    handle: createFanOut({ ...fanOut, signal: stopping.signal }),
  });
  return {
    name: 'event consumer',
    get buffered() {
      return consumer.buffered;
    },
    async run(signal) {
      await untilAborted(signal);
      stopping.abort();
      await consumer.stop();
    },
  };
}
