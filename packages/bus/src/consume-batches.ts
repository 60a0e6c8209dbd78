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
  /**
   * Batches handled at the same time. Default 1. A further one is begun only when enough has gathered to make it worth
   * while: without load batches stay one at a time, and as large as they can be.
   */
  maxBatchesInHand?: number;
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
  /** Messages held, those in hand included. */
  readonly buffered: number;
  /** Gives back what is not in hand, finishes the batches that are, and ends. */
  stop(): Promise<void>;
}

/** Of `maxBatchMessages`: this much must have gathered for a batch beside one that is being handled. */
const WORTH_A_FURTHER_BATCH = 0.2;

/** A batch that failed comes again after this time: at once it would most likely fail again. */
const RETRY_DELAY_MS = 1_000;

/**
 * Pulls from a durable consumer that all replicas share, and hands over whatever has arrived in batches, as large as
 * the load makes them. Acknowledges after the handler, never before, and keeps what it holds from being delivered to
 * others for as long as it holds it.
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
  const maxBatchesInHand = options.maxBatchesInHand ?? 1;

  let buffer: PulledMessage[] = [];
  const inHand = new Set<PulledMessage>();
  let batchesInHand = 0;
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
    for (const message of inHand) message.keep();
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
    while (!stopped && buffer.length > 0 && batchesInHand < maxBatchesInHand) {
      if (batchesInHand > 0 && buffer.length < maxBatchMessages * WORTH_A_FURTHER_BATCH) return;
      void handleBatch(takeBatch());
    }
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
    batchesInHand++;
    for (const message of batch) inHand.add(message);
    try {
      await options.handle(batch);
      settle(batch, (message) => message.ack());
    } catch (error) {
      options.logger.error(
        { err: error, messages: batch.length },
        'a batch failed; JetStream delivers it again',
      );
      settle(batch, (message) => message.giveBack(RETRY_DELAY_MS));
    }
    batchesInHand--;
    if (batchesInHand === 0) onIdle?.();
    handleSome();
    puller.pull();
  }

  function settle(batch: readonly PulledMessage[], tell: (message: PulledMessage) => void): void {
    for (const message of batch) {
      if (!inHand.delete(message)) continue;
      bufferedBytes -= message.data.length;
      tell(message);
    }
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
        if (batchesInHand === 0) resolve();
        else onIdle = resolve;
      });
      await Promise.all([pullerStopped, idle]);
      clearInterval(keepAlive);
    },
  };
}

function bytesOf(messages: readonly PulledMessage[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
