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
  /** Messages fetched ahead, the batch in hand included. Default 2,000. */
  maxBufferedMessages?: number;
  /** Their bytes, or one message that is larger. Default 64 MiB. */
  maxBufferedBytes?: number;
  /** Not acknowledged in this time, a message is delivered again. Default 30 s. */
  ackWaitMs?: number;
  /** Delivered and not yet acknowledged, over all replicas. Default 10,000. */
  maxAckPending?: number;
  logger: BusLogger;
  /**
   * Handles a batch, and tells of each message when it is handled, at once or later. When it resolves the next batch
   * begins. It must not reject for what will pass by itself (wait and try again instead): a rejection gives what it
   * has not told of yet back to JetStream, for another replica.
   */
  handle: (messages: readonly JsMsg[], hand: Hand) => Promise<void>;
}

/** What becomes of the messages that a handler was given. A message that was told of already is let be. */
export interface Hand {
  /** They are acknowledged. */
  done(messages: Iterable<JsMsg>): void;
  /** They are given back to JetStream, and come again. */
  failed(messages: Iterable<JsMsg>, error: unknown): void;
}

export interface BatchConsumer {
  /** Messages held, those in hand included. */
  readonly buffered: number;
  /** Gives back what is not in hand, waits until all that is has been told of, and ends. */
  stop(): Promise<void>;
}

/** A message that failed comes again after this time: at once it would most likely fail again. */
const RETRY_DELAY_MS = 1_000;

/**
 * Pulls from a durable consumer that all replicas share, and hands over whatever has arrived in batches, as large as
 * the load makes them, one batch after the other. Acknowledges what its handler says is done, never before, and keeps
 * what it holds from being delivered to others for as long as it holds it.
 *
 * At least once: after a break of the connection, or of the process, messages come again that were handled before.
 * @throws when there is no such stream
 */
export async function consumeBatches(bus: Bus, options: BatchConsumerOptions): Promise<BatchConsumer> {
  const maxBatchMessages = options.maxBatchMessages ?? 500;
  const maxBatchBytes = options.maxBatchBytes ?? 16 * 1024 * 1024;
  const maxBufferedMessages = options.maxBufferedMessages ?? 2_000;
  const maxBufferedBytes = options.maxBufferedBytes ?? 64 * 1024 * 1024;
  const ackWaitMs = options.ackWaitMs ?? 30_000;

  let buffer: PulledMessage[] = [];
  const inHand = new Set<JsMsg>();
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
    room() {
      const messages = maxBufferedMessages - buffer.length - inHand.size;
      const bytes = maxBufferedBytes - bufferedBytes;
      // Few large requests, not many small ones.
      if (messages * 2 < maxBufferedMessages || bytes * 2 < maxBufferedBytes) return undefined;
      return { messages, bytes, isAll: messages === maxBufferedMessages };
    },
    onMessage(message) {
      if (stopped) return message.giveBack();
      buffer.push(message);
      bufferedBytes += message.data.length;
      scheduleHandling();
    },
    onMadeAnew() {
      bufferedBytes = 0;
      buffer = [];
      // Handlers go on, but their batches are not acknowledged: the same sequences may be other messages by now.
      inHand.clear();
    },
  });

  // What waits here or is being handled must not run out of time and be delivered twice.
  const keepAlive = setInterval(() => {
    for (const message of inHand) (message as PulledMessage).keep();
    for (const message of buffer) message.keep();
  }, ackWaitMs / 3);

  /** All that one read of the socket brings goes together. */
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
    for (const message of batch) inHand.add(message);
    try {
      await options.handle(batch, hand);
    } catch (error) {
      hand.failed(batch, error);
    }
    isHandling = false;
    tellIfIdle();
    handleSome();
  }

  const hand: Hand = {
    done(messages) {
      settle(messages, (message) => message.ack());
    },
    failed(messages, error) {
      const count = settle(messages, (message) => message.giveBack(RETRY_DELAY_MS));
      if (count === 0) return;
      options.logger.error(
        { err: error, messages: count },
        'messages could not be handled; JetStream delivers them again',
      );
    },
  };

  /** @returns how many of them were in hand */
  function settle(messages: Iterable<JsMsg>, tell: (message: PulledMessage) => void): number {
    let count = 0;
    for (const message of messages) {
      if (!inHand.delete(message)) continue;
      count++;
      bufferedBytes -= message.data.length;
      tell(message as PulledMessage);
    }
    tellIfIdle();
    puller.pull();
    return count;
  }

  function tellIfIdle(): void {
    if (!isHandling && inHand.size === 0) onIdle?.();
  }

  return {
    get buffered() {
      return buffer.length + inHand.size;
    },
    async stop() {
      stopped = true;
      // First of all no more pulls: what is given back would come here again.
      const pullerStopped = puller.stop();
      for (const message of buffer) message.giveBack();
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
