import { EVENTS_STREAM, EVENTS_SUBJECTS } from '@hookline/contracts';
import { type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import type { Bus, BusLogger } from './connect-bus.ts';
import { BusError } from './errors.ts';

export interface FollowOptions {
  /** First sequence to be handed over. */
  fromSequence: number;
  logger: BusLogger;
  /** While a promise is pending nothing more is handed over, and no more than a few hundred are fetched ahead. */
  onMessage: (message: JsMsg) => void | Promise<void>;
}

export interface Following {
  stop(): Promise<void>;
}

const FETCHED_AHEAD = 256;

const RETRY_MS = 250;

/**
 * Every event of the stream in order from a sequence on, without acknowledgements and without a trace on the server:
 * an ordered consumer. It is made anew after each reconnect, from the next sequence: the client's own recovery can
 * wait for 30 s (its first question to a server that has just started is not answered, or its pull is lost).
 */
export async function followEvents(bus: Bus, options: FollowOptions): Promise<Following> {
  let stopped = false;
  let next = options.fromSequence;
  let messages = await open();
  const stopListening = bus.onConnectionChange((connected) => {
    if (connected) void messages.close();
  });
  const running = run();

  async function open(): Promise<ConsumerMessages> {
    const consumer = await bus.jetStream.consumers.get(EVENTS_STREAM, {
      filter_subjects: EVENTS_SUBJECTS,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, next),
    });
    return consumer.consume({ max_messages: FETCHED_AHEAD });
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        for await (const message of messages) {
          if (stopped) return;
          if (message.seq < next) continue;
          next = message.seq + 1;
          const handled = options.onMessage(message);
          if (handled !== undefined) await handled;
        }
      } catch (error) {
        options.logger.error({ err: error, next }, 'following the events broke off');
      }
      if (!stopped) await reopen();
    }
    await messages.close();
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
    async stop() {
      stopped = true;
      stopListening();
      await messages.close();
      await running;
    },
  };
}

export interface ReadOptions {
  /** First and last sequence, both included. */
  from: number;
  to: number;
  subject: string;
  /** Stops after this many. */
  limit: number;
  /** Default 10 s. */
  timeoutMs?: number;
  /** False ends the reading, as the limit does. */
  onMessage: (message: JsMsg) => boolean;
}

/**
 * Reads a range of the stream once, a few hundred messages at a time. Resolves with how many were handed over, and
 * whether that was all of the range.
 * @throws BusError `read_incomplete` when NATS stopped answering before the end of the range
 */
export async function readEvents(
  bus: Bus,
  options: ReadOptions,
): Promise<{ count: number; complete: boolean }> {
  let count = 0;
  if (options.from > options.to) return { count, complete: true };
  const consumer = await bus.jetStream.consumers.get(EVENTS_STREAM, {
    filter_subjects: options.subject,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, options.from),
  });
  let fetched: ConsumerMessages | undefined;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void fetched?.close();
  }, options.timeoutMs ?? 10_000);
  try {
    let pending = (await consumer.info(true)).num_pending;
    while (pending > 0) {
      const before = count;
      fetched = await consumer.fetch({ max_messages: Math.min(FETCHED_AHEAD, pending), expires: 5_000 });
      for await (const message of fetched) {
        if (message.seq > options.to) return { count, complete: true };
        if (count === options.limit || !options.onMessage(message)) return { count, complete: false };
        count++;
        pending = message.info.pending;
      }
      // A fetch that a broken connection cut short ends like one that is done: only the messages tell.
      if (late || count === before) {
        throw new BusError('read_incomplete', 'NATS stopped answering before the end of the range was read');
      }
    }
    return { count, complete: true };
  } finally {
    clearTimeout(timer);
    void fetched?.close();
    void consumer.delete().catch(() => {});
  }
}
