import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeEvent, type EventsStream, type JsMsg } from '@hookline/bus';
import { formatCursor, type HooklineEvent } from '@hookline/contracts';
import type { Logger } from '@hookline/service';
import type { CompiledFeedFilter } from './compile-feed-filter.ts';
import { createEventFrame, type EventFrame } from './event-frame.ts';
import type { FeedMetrics } from './feed-metrics.ts';
import { createSubscriptionIndex } from './subscription-index.ts';

/** One who is sent events. */
export interface FeedReceiver {
  deliver(frame: EventFrame, ids: readonly string[]): void;
}

export interface Subscription {
  readonly id: string;
  readonly filter: CompiledFeedFilter;
  readonly receiver: FeedReceiver;
  /** The last sequence that it was matched with; it is sent nothing up to here. */
  matchedUpTo: number;
}

/**
 * Takes each event of the stream once and hands it to those who want it, in the stream's order.
 *
 * Two places in the stream matter. `head` is the last event that was looked at: a subscription that is added now is
 * sent what comes after it. `position` is the last event that has been handed to everyone: a cursor that is told to
 * clients must not be beyond it, or one that comes back with it would miss what it was about to be sent.
 */
export interface FeedHub {
  /** Undefined while no stream is followed. */
  readonly incarnation: string | undefined;
  readonly head: number;
  readonly position: number;
  /** The cursor of `position`. */
  readonly cursor: string;
  add(subscription: Subscription): void;
  remove(subscription: Subscription): void;
  startAt(stream: EventsStream): void;
  /** The stream is gone; nothing more is handed out until `startAt`. */
  lose(): void;
  /** The promise, where there is one, holds the next message back until all have been sent this one. */
  take(message: JsMsg): void | Promise<void>;
}

/** Sockets written to before others get a turn: 10,000 in one go would hold up pings and answers for 200 ms. */
const WRITES_A_TURN = 500;
/**
 * Written to one socket before there is a turn in which the network takes it. A burst of events comes in one turn; all
 * of it at once would fill any socket beyond its limit, and a client that keeps up would be taken for a slow one.
 */
const BYTES_A_TURN = 256 * 1024;

export function createFeedHub(options: { logger: Logger; metrics: FeedMetrics }): FeedHub {
  const { logger, metrics } = options;
  const index = createSubscriptionIndex<Subscription>();
  let incarnation: string | undefined;
  let head = 0;
  let position = 0;
  let bytesThisTurn = 0;

  function decode(message: JsMsg): HooklineEvent | undefined {
    try {
      return decodeEvent(message.headers, message.data);
    } catch (error) {
      logger.warn({ err: error, sequence: message.seq }, 'a message in the stream is not an event');
      return undefined;
    }
  }

  function findReceivers(
    event: HooklineEvent,
    tenant: string,
    sequence: number,
  ): Map<FeedReceiver, string[]> {
    const { provider, repository, type } = event.attributes;
    const receivers = new Map<FeedReceiver, string[]>();
    index.match({ tenant, provider, repository, type }, (subscription) => {
      // A filter can match in several ways, and one that came back may have had this event from another replica.
      if (subscription.matchedUpTo >= sequence) return;
      subscription.matchedUpTo = sequence;
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

  function finish(event: HooklineEvent, sequence: number): void {
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
    },
    lose() {
      incarnation = undefined;
    },
    take(message) {
      if (incarnation === undefined) return;
      const sequence = message.seq;
      // events.<tenant>.<provider>.<type…>
      const tenant = message.subject.split('.', 2)[1] as string;
      const event = index.hasTenant(tenant) ? decode(message) : undefined;
      const receivers = event && findReceivers(event, tenant, sequence);
      head = sequence;
      if (!receivers || receivers.size === 0) {
        position = sequence;
        return;
      }
      const frame = createEventFrame(event, sequence, formatCursor(incarnation, sequence));
      if (receivers.size > WRITES_A_TURN) {
        return sendInTurns(frame, receivers).then(() => finish(event, sequence));
      }
      for (const [receiver, ids] of receivers) receiver.deliver(frame, ids);
      finish(event, sequence);
      bytesThisTurn += frame.bytes;
      if (bytesThisTurn < BYTES_A_TURN) return;
      bytesThisTurn = 0;
      return nextTurn();
    },
  };
}
