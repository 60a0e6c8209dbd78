import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventsStream, JsMsg } from '@hookline/bus';
import { formatCursor } from '@hookline/contracts';
import type { Logger } from '@hookline/service';
import type { FeedMetrics } from '../feed-metrics.ts';
import type { CompiledFeedFilter } from './compile-feed-filter.ts';
import type { EventFrame } from './event-frame.ts';
import { createRecentEvents, type RecentEvents } from './recent-events.ts';
import { createSubscriptionIndex } from './subscription-index.ts';

/** A receiver of events: the session of one client. */
export interface FeedReceiver {
  deliver(frame: EventFrame, ids: readonly string[]): void;
}

export interface Subscription {
  readonly id: string;
  readonly filter: CompiledFeedFilter;
  readonly receiver: FeedReceiver;
  /** The sequence from which the subscription gets events: it gets later events only. */
  matchedUpTo: number;
}

/**
 * Reads each event of the stream once and gives it to the matching subscriptions in the order of the stream. It does not
 * know how clients are connected: a receiver passes the event on by its transport.
 *
 * Two positions in the stream matter. `head` is the last event that was matched: a new subscription gets the events after
 * it. `position` is the last event that was sent to every matching subscription: a cursor for a client must not be beyond
 * it, because a client that reconnects with such a cursor would miss events.
 */
export interface FeedHub {
  /** The incarnation of the stream; undefined while no stream is followed. */
  readonly incarnation: string | undefined;
  readonly head: number;
  readonly position: number;
  /** The cursor of `position`. */
  readonly cursor: string;
  /** The events up to `head`, as far as memory goes back. */
  readonly recent: Pick<RecentEvents, 'after'>;
  add(subscription: Subscription): void;
  remove(subscription: Subscription): void;
  startAt(stream: EventsStream): void;
  /** Called when the stream is gone. No event is sent until `startAt` is called. */
  lose(): void;
  /** If it returns a promise, the next message has to wait until this one is sent to all subscriptions. */
  take(message: JsMsg): void | Promise<void>;
}

export interface FeedHubOptions {
  logger: Logger;
  metrics: FeedMetrics;
  /** How many events are held for clients that come back, and how many bytes of messages. */
  maxRecentEvents: number;
  maxRecentBytes: number;
}

/** How many clients are written to before the event loop gets a turn: 10,000 at once would block it for 200 ms. */
const WRITES_A_TURN = 500;
/**
 * How many bytes are written to one socket before the network gets a turn. A burst of events arrives in one turn. Written
 * all at once it would exceed the limit of any socket, and a fast client would be closed as a slow one.
 */
const BYTES_A_TURN = 256 * 1024;

export function createFeedHub({ logger, metrics, ...limits }: FeedHubOptions): FeedHub {
  const index = createSubscriptionIndex<Subscription>();
  const recent = createRecentEvents({
    maxEvents: limits.maxRecentEvents,
    maxBytes: limits.maxRecentBytes,
    onMalformed: (error, sequence) =>
      logger.warn({ err: error, sequence }, 'a message in the stream is not an event'),
  });
  let incarnation: string | undefined;
  let head = 0;
  let position = 0;
  let bytesThisTurn = 0;

  function findReceivers(frame: EventFrame, tenant: string): Map<FeedReceiver, string[]> {
    const { provider, repository, type } = frame.event.attributes;
    const receivers = new Map<FeedReceiver, string[]>();
    index.match({ tenant, provider, repository, type }, (subscription) => {
      // A filter can match in several ways, and a reconnected client may have got this event from another replica.
      if (subscription.matchedUpTo >= frame.sequence) return;
      subscription.matchedUpTo = frame.sequence;
      const ids = receivers.get(subscription.receiver);
      if (ids) ids.push(subscription.id);
      else receivers.set(subscription.receiver, [subscription.id]);
    });
    return receivers;
  }

  async function sendInTurns(frame: EventFrame, receivers: Map<FeedReceiver, string[]>): Promise<void> {
    let written = 0;
    for (const [receiver, ids] of receivers) {
      receiver.deliver(frame, ids);
      written++;
      if (written % WRITES_A_TURN === 0) await nextTurn();
    }
  }

  function finish({ sequence, event }: EventFrame): void {
    position = sequence;
    metrics.lagSeconds.observe(Math.max(0, Date.now() - Date.parse(event.attributes.receivedat)) / 1_000);
  }

  return {
    get incarnation() {
      return incarnation;
    },
    get head() {
      return head;
    },
    get position() {
      return position;
    },
    get cursor() {
      return formatCursor(incarnation ?? '0', position);
    },
    recent,
    add: (subscription) => {
      index.add(subscription.filter, subscription);
      metrics.subscriptions.inc();
    },
    remove: (subscription) => {
      index.remove(subscription.filter, subscription);
      metrics.subscriptions.dec();
    },
    startAt(stream) {
      incarnation = stream.incarnation;
      head = stream.lastSequence;
      position = head;
      recent.restart(incarnation, head);
    },
    lose() {
      incarnation = undefined;
    },
    take(message) {
      if (incarnation === undefined) return;
      const event = recent.add(message);
      const frame = index.hasTenant(event.tenant) ? event.frame : undefined;
      const receivers = frame && findReceivers(frame, event.tenant);
      head = message.seq;
      if (!receivers || receivers.size === 0) {
        position = head;
        return;
      }
      if (receivers.size > WRITES_A_TURN) return sendInTurns(frame, receivers).then(() => finish(frame));
      for (const [receiver, ids] of receivers) receiver.deliver(frame, ids);
      finish(frame);
      bytesThisTurn += frame.bytes;
      if (bytesThisTurn < BYTES_A_TURN) return;
      bytesThisTurn = 0;
      return nextTurn();
    },
  };
}
