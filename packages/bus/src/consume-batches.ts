import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { Bus, BusLogger } from './connect-bus.ts';

export interface BatchConsumerOptions {
  stream: string;
  durable: string;
  /** At most this many messages a batch. Default 500. */
  maxBatchMessages?: number;
  /** Messages fetched ahead, the batch in hand included. Default 2,000. */
  maxBufferedMessages?: number;
  /** Not acknowledged in this time, a message is delivered again. Default 30 s. */
  ackWaitMs?: number;
  /** Delivered and not yet acknowledged, over all replicas. Default 10,000. */
  maxAckPending?: number;
  logger: BusLogger;
  /**
   * Handles a batch; when it resolves the whole batch is acknowledged. It must not reject for what will pass by
   * itself (wait and try again instead): a rejection hands the batch back to JetStream for another replica.
   */
  handle: (messages: readonly JsMsg[]) => Promise<void>;
}

export interface BatchConsumer {
  /** Rejects when the consumer can no longer be had. */
  readonly buffered: number;
  /** Finishes the batch in hand, gives the rest back, and ends. */
  stop(): Promise<void>;
}

/**
 * Pulls from a durable consumer that all replicas share, and hands over whatever has arrived in batches: one at a
 * time, as large as the load makes them. Acknowledges after the handler, never before.
 */
export async function consumeBatches(bus: Bus, options: BatchConsumerOptions): Promise<BatchConsumer> {
  const maxBatch = options.maxBatchMessages ?? 500;
  const maxBuffered = options.maxBufferedMessages ?? 2_000;
  const ackWaitMs = options.ackWaitMs ?? 30_000;
  const config = {
    durable_name: options.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: options.maxAckPending ?? 10_000,
    max_deliver: -1,
  };

  const buffer: JsMsg[] = [];
  let inHand: JsMsg[] = [];
  let stopped = false;
  let wake: (() => void) | undefined;
  let messages: ConsumerMessages | undefined;

  async function open(): Promise<void> {
    await bus.manager.consumers.add(options.stream, config);
    const consumer = await bus.jetStream.consumers.get(options.stream, options.durable);
    const opened = await consumer.consume({
      max_messages: maxBuffered,
      callback: (message) => {
        buffer.push(message);
        wake?.();
      },
    });
    messages = opened;
    void watch(opened);
  }

  /** The client recovers from most things by itself; what is left is a consumer or stream that has gone. */
  async function watch(opened: ConsumerMessages): Promise<void> {
    for await (const status of opened.status()) {
      if (stopped) return;
      if (status.type === 'heartbeats_missed' && status.count >= 2) {
        options.logger.warn(
          { consumer: options.durable, missed: status.count },
          'no sign of life from the consumer',
        );
      } else if (
        status.type === 'consumer_deleted' ||
        status.type === 'consumer_not_found' ||
        status.type === 'stream_not_found'
      ) {
        options.logger.error(
          { consumer: options.durable, status: status.type },
          'the consumer has gone; making it again',
        );
        await opened.close();
        await reopen();
        return;
      }
    }
  }

  async function reopen(): Promise<void> {
    while (!stopped) {
      try {
        await open();
        return;
      } catch (error) {
        options.logger.error(
          { err: error, consumer: options.durable },
          'the consumer could not be made; trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  // What waits here or is being handled must not run out of time and be delivered twice.
  const keepAlive = setInterval(() => {
    for (const message of inHand) message.working();
    for (const message of buffer) message.working();
  }, ackWaitMs / 3);

  const loop = (async () => {
    while (!stopped) {
      if (buffer.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
        continue;
      }
      inHand = buffer.splice(0, maxBatch);
      try {
        await options.handle(inHand);
        for (const message of inHand) message.ack();
      } catch (error) {
        options.logger.error(
          { err: error, messages: inHand.length },
          'a batch failed; JetStream delivers it again',
        );
        for (const message of inHand) message.nak(1_000);
      }
      inHand = [];
    }
  })();

  await open();
  return {
    get buffered() {
      return buffer.length + inHand.length;
    },
    async stop() {
      stopped = true;
      clearInterval(keepAlive);
      await messages?.close();
      wake?.();
      await loop;
      for (const message of buffer.splice(0)) message.nak();
    },
  };
}
