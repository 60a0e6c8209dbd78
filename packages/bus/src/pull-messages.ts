import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { createInbox, type Msg, nanos } from '@nats-io/nats-core';
import type { Bus, BusLogger } from './connect-bus.ts';
import { isTransientBusError } from './errors.ts';
import { type PulledMessage, toPulledMessage } from './pulled-message.ts';
import { within } from './within.ts';

export interface FreeCapacity {
  messages: number;
  bytes: number;
  /** No message is held. */
  isAll: boolean;
}

export interface PullOptions {
  stream: string;
  durable: string;
  ackWaitMs: number;
  maxAckPending: number;
  logger: BusLogger;
  /** How many messages to request now. Undefined: none; call `pull` when that changes. */
  freeCapacity: () => FreeCapacity | undefined;
  onMessage: (message: PulledMessage) => void;
  /** The consumer was created again: unacknowledged messages are delivered again, and the messages held are void. */
  onRecreated: () => void;
}

export interface Puller {
  /** Requests more messages if there is free capacity and the previous request has been filled. */
  pull(): void;
  /** Requests no more messages, and resolves when the messages in flight have been passed on. */
  stop(): Promise<void>;
}

interface OpenPull {
  reply: string;
  left: number;
  received: number;
}

/** A pull that is not filled in this time ends, and the next pull follows. */
const EXPIRES_MS = 10_000;
/**
 * The server sends heartbeats of an open pull at this interval. After three seconds without one the pull counts as
 * lost.
 */
const HEARTBEAT_MS = 1_000;
const SILENCE_MS = 3_000;
const DRAIN_TIMEOUT_MS = 2_000;
/** At the start. A consumer that is lost later is looked for without end. */
const CREATE_WITHIN_MS = 30_000;

/**
 * Pulls from a durable consumer that replicas share: one request at a time, and never for more than the free capacity.
 *
 * A pull is *open* from its request until all its messages have arrived, it has expired, or the server ends it. It is
 * *lost* when the connection breaks, when no heartbeats arrive, or when the server has no such consumer. Then the
 * consumer is checked, and created if it is missing, until it can be pulled from again.
 *
 * The client's own `consume()` is unsuitable. It requests more as soon as messages arrive, whether they are handled or
 * not. It can wait 30 s after a restart. When it is closed it drops the messages in flight, which are then delivered
 * again only after ack_wait.
 *
 * @throws when there is no such stream
 */
export async function startPulling(bus: Bus, options: PullOptions): Promise<Puller> {
  const { logger, stream, durable } = options;
  const inbox = createInbox();
  let open: OpenPull | undefined;
  let requests = 0;
  let signOfLifeAt = 0;
  /** The next message is larger than the free capacity was: it is fetched alone, once no other message is held. */
  let isOversized = false;
  let created: string | undefined;
  let recovering: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  async function ensureConsumer(): Promise<void> {
    const info = await bus.manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(options.ackWaitMs),
      max_ack_pending: options.maxAckPending,
      max_deliver: -1,
    });
    if (created !== undefined && created !== info.created) {
      logger.error(
        { consumer: durable },
        'the consumer was created again: messages that were acknowledged are delivered again',
      );
      options.onRecreated();
    }
    created = info.created;
  }

  /** A NATS that has just started, on a busy machine, may not answer the first request in time. */
  async function createConsumer(): Promise<void> {
    const startMs = performance.now();
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        return await ensureConsumer();
      } catch (error) {
        if (!isTransientBusError(error)) throw error;
        if (performance.now() - startMs > CREATE_WITHIN_MS)
          throw new Error(`NATS did not create the consumer "${durable}" of the stream "${stream}" in time`, {
            cause: error,
          });
        logger.warn({ err: error, consumer: durable }, 'NATS has not created the consumer; trying again');
      }
      await sleep(pauseMs);
    }
  }

  function pull(): void {
    if (open || recovering || stopping || !bus.connected) return;
    const capacity = options.freeCapacity();
    if (!capacity || (isOversized && !capacity.isAll)) return;
    const batch = isOversized ? 1 : capacity.messages;
    open = { reply: `${inbox}.${++requests}`, left: batch, received: 0 };
    signOfLifeAt = performance.now();
    const request = {
      batch,
      ...(isOversized ? {} : { max_bytes: capacity.bytes }),
      expires: nanos(EXPIRES_MS),
      idle_heartbeat: nanos(HEARTBEAT_MS),
    };
    isOversized = false;
    bus.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(request), {
      reply: open.reply,
    });
  }

  function onAnswer(message: Msg): void {
    const pulled = toPulledMessage(message);
    if (!pulled) {
      // A status arrives at the inbox of its own pull. The status of an earlier pull is ignored.
      if (message.subject === open?.reply) onStatus(open, message);
      return;
    }
    signOfLifeAt = performance.now();
    if (open) {
      open.received++;
      if (--open.left <= 0) open = undefined;
    }
    options.onMessage(pulled);
    pull();
  }

  function onStatus(pullThatEnds: OpenPull, message: Msg): void {
    const code = message.headers?.code ?? 0;
    const description = message.headers?.description ?? '';
    if (code === 100) {
      signOfLifeAt = performance.now();
      return;
    }
    const isTooLarge = /exceeds maxbytes/i.test(description);
    if (code === 404 || code === 408 || isTooLarge || /batch completed/i.test(description)) {
      isOversized = isTooLarge && pullThatEnds.received === 0;
      open = undefined;
      pull();
    } else {
      recover(`${code} ${description}`);
    }
  }

  function recover(reason: string): void {
    open = undefined;
    if (recovering || stopping) return;
    logger.warn({ consumer: durable, reason }, 'the consumer delivers no messages; checking the consumer');
    recovering = (async () => {
      for (let pauseMs = 100; !stopping; pauseMs = Math.min(pauseMs * 2, 1_000)) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        try {
          if (!stopping && bus.connected) return await ensureConsumer();
        } catch (error) {
          logger.error({ err: error, consumer: durable }, 'the consumer could not be created; trying again');
        }
      }
    })().finally(() => {
      recovering = undefined;
      pull();
    });
  }

  await createConsumer();
  const subscription = bus.connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error)
        logger.error({ err: error, consumer: durable }, 'NATS does not allow reading from the consumer');
      else onAnswer(message);
    },
  });
  const stopListening = bus.onConnectionChange(() => {
    open = undefined;
    pull();
  });
  const watchdog = setInterval(() => {
    if (open && bus.connected && performance.now() - signOfLifeAt > SILENCE_MS) recover('silence');
  }, HEARTBEAT_MS);
  pull();

  return {
    pull,
    stop() {
      stopping ??= (async () => {
        clearInterval(watchdog);
        stopListening();
        // Ends the pull on the server as well. Messages that it has sent before are still passed on.
        await Promise.all([within(DRAIN_TIMEOUT_MS, subscription.drain()), recovering]);
      })();
      return stopping;
    },
  };
}
