import { EVENTS_STREAM, EVENTS_SUBJECTS, STORE_PROBE_SUBJECT } from '@hookline/contracts';
import {
  type JsMsg as ClientJsMsg,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
} from '@nats-io/jetstream';
import type { Bus, BusLogger } from './connect-bus.ts';
import { copyMessage } from './copied-message.ts';
import { BusError } from './errors.ts';
import type { JsMsg } from './js-msg.ts';

export interface FollowOptions {
  /** The sequence of the first message to read. */
  fromSequence: number;
  logger: BusLogger;
  /**
   * While its promise is pending no other message is passed on, and at most a few hundred are fetched ahead. A message may
   * be kept: its bytes are its own.
   */
  onMessage: (message: JsMsg) => void | Promise<void>;
}

export interface Following {
  /** The sequence of the last message that was received, including messages that are no events. */
  readonly position: number;
  stop(): Promise<void>;
}

const FETCHED_AHEAD = 256;
/** A consumer that was removed on the server is noticed after two intervals; with the client's default, after 30 s. */
const HEARTBEAT_MS = 1_000;
const RETRY_MS = 250;

/**
 * Reads every event of the stream in order, from a sequence on, without acknowledgements, and leaves nothing on the
 * server: an ordered consumer. After each reconnect a new consumer is created, from the next sequence: the client's own
 * recovery can wait for 30 s (a server that has just started does not answer its first request, or its pull is lost).
 */
export async function followEvents(bus: Bus, options: FollowOptions): Promise<Following> {
  let stopped = false;
  let next = options.fromSequence;
  let messages = await open();
  const stopListening = bus.onConnectionChange((connected) => {
    if (connected) end();
  });
  const running = run();

  /** From here on no message is passed on. Does not wait for `close`, which never resolves if nobody reads. */
  function end(): void {
    void messages.close();
  }

  async function open(): Promise<ConsumerMessages> {
    const consumer = await bus.jetStream.consumers.get(EVENTS_STREAM, {
      filter_subjects: EVENTS_SUBJECTS,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, next),
    });
    return consumer.consume({ max_messages: FETCHED_AHEAD, idle_heartbeat: HEARTBEAT_MS });
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        for await (const message of messages) {
          if (stopped) return;
          if (message.seq < next) continue;
          next = message.seq + 1;
          if (message.subject === STORE_PROBE_SUBJECT) continue;
          const handled = options.onMessage(copyMessage(message));
          if (handled !== undefined) await handled;
        }
      } catch (error) {
        options.logger.error({ err: error, next }, 'following the events was interrupted');
      }
      if (!stopped) await reopen();
    }
    end();
  }

  async function reopen(): Promise<void> {
    while (!stopped) {
      try {
        messages = await open();
        options.logger.info({ next }, 'following the events again');
        return;
      } catch (error) {
        options.logger.warn({ err: error, next }, 'the events cannot be followed yet; trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  return {
    get position() {
      return next - 1;
    },
    async stop() {
      stopped = true;
      stopListening();
      end();
      await running;
    },
  };
}

export interface ReadOptions {
  /** The first and the last sequence, both included. */
  from: number;
  to: number;
  subject: string;
  /** Stops after this many messages. */
  limit: number;
  /** Default 10 s. */
  timeoutMs?: number;
  /**
   * If it returns false, reading ends, as at the limit. The bytes of a message are a part of a larger buffer: keep a copy of
   * them.
   */
  onMessage: (message: JsMsg) => boolean;
}

/** How long a fetch waits for messages that the stream should hold. */
const FETCH_EXPIRES_MS = 2_000;

/**
 * Reads a range of the stream once, a few hundred messages at a time. Resolves with the number of messages that were
 * passed on, and whether these were all messages of the range.
 * @throws BusError `read_incomplete` when NATS did not answer, or stopped before the end of the range
 */
export async function readEvents(
  bus: Bus,
  options: ReadOptions,
): Promise<{ count: number; complete: boolean }> {
  let count = 0;
  if (options.from > options.to) return { count, complete: true };
  const consumer = await bus.jetStream.consumers
    .get(EVENTS_STREAM, {
      filter_subjects: options.subject,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, options.from),
    })
    .catch((cause: unknown) => {
      throw new BusError('read_incomplete', 'NATS did not allow the range to be read', { cause });
    });
  let fetched: ConsumerMessages | undefined;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void fetched?.close();
  }, options.timeoutMs ?? 10_000);
  // A function of its own, so that its errors differ from the errors of onMessage.
  async function* fetchUpTo(wanted: number): AsyncGenerator<ClientJsMsg> {
    try {
      fetched = await consumer.fetch({ max_messages: wanted, expires: FETCH_EXPIRES_MS });
      yield* fetched;
    } catch (cause) {
      throw stoppedAnswering(cause);
    }
  }
  try {
    let { num_pending: pending } = await consumer.info(true);
    let received = 0;
    while (pending > 0) {
      const before = received;
      const wanted = Math.min(FETCHED_AHEAD, pending);
      for await (const message of fetchUpTo(wanted)) {
        if (message.seq > options.to) return { count, complete: true };
        if (message.subject !== STORE_PROBE_SUBJECT) {
          if (count === options.limit || !options.onMessage(message)) return { count, complete: false };
          count++;
        }
        received++;
        pending = message.info.pending;
      }
      if (late) throw stoppedAnswering();
      if (received - before < wanted && pending > 0) {
        pending = await countRest(consumer, received);
        if (pending > 0 && received === before) throw stoppedAnswering();
      }
    }
    return { count, complete: true };
  } finally {
    clearTimeout(timer);
    void fetched?.close();
    void consumer.delete().catch(() => {});
  }
}

/**
 * Returns how many messages are still to be read, after a fetch that returned fewer than expected. The cause may be a
 * purge, or a broken connection, in which messages were lost that the server has counted as delivered.
 */
async function countRest(consumer: Consumer, received: number): Promise<number> {
  const info = await consumer.info().catch((cause: unknown) => {
    throw stoppedAnswering(cause);
  });
  if (info.delivered.consumer_seq !== received) throw stoppedAnswering();
  return info.num_pending;
}

function stoppedAnswering(cause?: unknown): BusError {
  return new BusError('read_incomplete', 'NATS stopped answering before the end of the range was read', {
    cause,
  });
}
