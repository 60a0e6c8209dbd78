import type { Bus, BusLogger } from './connect-bus.ts';
import type { JsMsg } from './js-msg.ts';
import { startPulling } from './pull-messages.ts';
import type { PulledMessage } from './pulled-message.ts';

export interface BatchConsumerOptions {
  stream: string;
  durable: string;
  /** At most this many messages a batch. Default 500. */
  maxBatchMessages?: number;
  /** At most this many bytes of payload a batch, or one message that is larger. Default 16 MiB. */
  maxBatchBytes?: number;
  /** Messages fetched and not yet settled, the batch that is being handled included. Default 2,000. */
  maxBufferedMessages?: number;
  /** Their bytes, or one message that is larger. Default 64 MiB. */
  maxBufferedBytes?: number;
  /** Not acknowledged in this time, a message is delivered again. Default 30 s. */
  ackWaitMs?: number;
  /** Delivered and not yet acknowledged, over all replicas. Default 10,000. */
  maxAckPending?: number;
  logger: BusLogger;
  /**
   * Handles a batch, and settles each message through `settlement`, before it resolves or later. The next batch begins
   * when it resolves. A rejection returns the batch's unsettled messages to JetStream, for another replica: for a
   * temporary failure it must wait and try again instead.
   */
  handle: (messages: readonly JsMsg[], settlement: Settlement) => Promise<void>;
}

/** Settles the messages that a handler was given. A message that is settled already is skipped. */
export interface Settlement {
  /** Acknowledges the messages. */
  ack(messages: Iterable<JsMsg>): void;
  /** Returns the messages to JetStream, which delivers them again. */
  nack(messages: Iterable<JsMsg>, error: unknown): void;
}

export interface BatchConsumer {
  /** Messages fetched and not yet settled. */
  readonly buffered: number;
  /** Returns messages whose handling has not begun, waits until all others are settled, and ends. */
  stop(): Promise<void>;
}

/** JetStream delivers a failed message again after this time: at once it would most likely fail again. */
const RETRY_DELAY_MS = 1_000;

/**
 * Pulls from a durable consumer that all replicas share, and gives the handler all messages that have arrived, one batch
 * after the other, as large as the load makes them. Acknowledges a message when its handler does, never before, and
 * extends the ack wait of the messages that it holds, so that JetStream delivers them to no other replica.
 *
 * Delivery is at least once: after the connection or the process breaks, handled messages can be delivered again.
 * @throws when there is no such stream
 */
export async function consumeBatches(bus: Bus, options: BatchConsumerOptions): Promise<BatchConsumer> {
  const maxBatchMessages = options.maxBatchMessages ?? 500;
  const maxBatchBytes = options.maxBatchBytes ?? 16 * 1024 * 1024;
  const maxBufferedMessages = options.maxBufferedMessages ?? 2_000;
  const maxBufferedBytes = options.maxBufferedBytes ?? 64 * 1024 * 1024;
  const ackWaitMs = options.ackWaitMs ?? 30_000;

  let buffer: PulledMessage[] = [];
  const unsettled = new Set<JsMsg>();
  let isHandling = false;
  let bufferedBytes = 0;
  let isScheduled = false;
  let stopped = false;
  let onIdle: (() => void) | undefined;

  const puller = await startPulling(bus, {
    stream: options.stream,
    durable: options.durable,
    ackWaitMs,
    maxAckPending: options.maxAckPending ?? 10_000,
    logger: options.logger,
    freeCapacity() {
      const messages = maxBufferedMessages - buffer.length - unsettled.size;
      const bytes = maxBufferedBytes - bufferedBytes;
      // Few large requests, not many small ones.
      if (messages * 2 < maxBufferedMessages || bytes * 2 < maxBufferedBytes) return undefined;
      return { messages, bytes, isAll: messages === maxBufferedMessages };
    },
    onMessage(message) {
      if (stopped) return message.nak();
      buffer.push(message);
      bufferedBytes += message.data.length;
      scheduleHandling();
    },
    onRecreated() {
      bufferedBytes = 0;
      buffer = [];
      // Handlers go on, but their batches are not acknowledged: in the new stream the same sequences may be other messages.
      unsettled.clear();
    },
  });

  // Without this, JetStream would deliver buffered and unsettled messages again after the ack wait.
  const keepAlive = setInterval(() => {
    for (const message of unsettled) (message as PulledMessage).working();
    for (const message of buffer) message.working();
  }, ackWaitMs / 3);

  /** Waits for the microtask, so that all messages of one read of the socket form one batch. */
  function scheduleHandling(): void {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      handleSome();
    });
  }

  function handleSome(): void {
    if (!stopped && !isHandling && buffer.length > 0) void handleBatch(takeBatch());
  }

  function takeBatch(): PulledMessage[] {
    let bytes = 0;
    let count = 0;
    for (const { data } of buffer) {
      bytes += data.length;
      if (count === maxBatchMessages || (count > 0 && bytes > maxBatchBytes)) break;
      count++;
    }
    return buffer.splice(0, count);
  }

  async function handleBatch(batch: readonly PulledMessage[]): Promise<void> {
    isHandling = true;
    for (const message of batch) unsettled.add(message);
    try {
      await options.handle(batch, settlement);
    } catch (error) {
      settlement.nack(batch, error);
    }
    isHandling = false;
    tellIfIdle();
    handleSome();
  }

  const settlement: Settlement = {
    ack(messages) {
      settleEach(messages, (message) => message.ack());
    },
    nack(messages, error) {
      const count = settleEach(messages, (message) => message.nak(RETRY_DELAY_MS));
      if (count === 0) return;
      options.logger.error(
        { err: error, messages: count },
        'messages could not be handled; JetStream delivers them again',
      );
    },
  };

  /** @returns how many of the messages were unsettled */
  function settleEach(messages: Iterable<JsMsg>, tell: (message: PulledMessage) => void): number {
    let count = 0;
    for (const message of messages) {
      if (!unsettled.delete(message)) continue;
      count++;
      bufferedBytes -= message.data.length;
      tell(message as PulledMessage);
    }
    tellIfIdle();
    puller.pull();
    return count;
  }

  function tellIfIdle(): void {
    if (!isHandling && unsettled.size === 0) onIdle?.();
  }

  return {
    get buffered() {
      return buffer.length + unsettled.size;
    },
    async stop() {
      stopped = true;
      // Pulling stops first: otherwise returned messages would be delivered here again.
      const pullerStopped = puller.stop();
      for (const message of buffer) message.nak();
      bufferedBytes -= bytesOf(buffer);
      buffer = [];
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
        tellIfIdle();
      });
      await Promise.all([pullerStopped, idle]);
      clearInterval(keepAlive);
    },
  };
}

function bytesOf(messages: readonly PulledMessage[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
