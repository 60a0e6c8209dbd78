import {
  EVENTS_STREAM,
  FEED_CLOSE,
  FEED_LIMITS,
  type FeedFilter,
  type FeedGapReason,
  type FeedSubscription,
  formatCursor,
  type Principal,
  parseCursor,
} from '@hookline/contracts';
import { compileFeedFilter, FeedError } from '../hub/compile-feed-filter.ts';
import type { EventFrame } from '../hub/event-frame.ts';
import type { Subscription } from '../hub/feed-hub.ts';
import type { RecentEvent } from '../hub/recent-events.ts';
import type { OpenSession } from './open-session.ts';
import { type Missed, readMissed, readRecent } from './read-missed.ts';
import type { SessionContext } from './session-context.ts';

interface Held {
  frames: { frame: EventFrame; ids: readonly string[] }[];
  bytes: number;
  /** The last sequence that was sent. A ping tells the client this position. */
  sequence: number;
}

/** How many bytes may wait in the connection of a client that gets its missed events. */
const PACED_BYTES = 256 * 1024;

/**
 * The subscriptions of one session. While one of them gets its missed events, the session is *catching up*: new events of
 * all its subscriptions are held back and sent afterwards, so that no event is ahead of a cursor.
 */
export class SessionSubscriptions {
  readonly #session: OpenSession;
  readonly #context: SessionContext;
  readonly #subscriptions = new Map<string, Subscription>();
  /** The ids of the subscriptions that get bytes; undefined: none does. */
  #raw: Set<string> | undefined;
  #held: Held | undefined;

  constructor(session: OpenSession, context: SessionContext) {
    this.#session = session;
    this.#context = context;
  }

  /** The position up to which the client was sent everything. */
  get cursor(): string {
    const { hub } = this.#context;
    return this.#held ? formatCursor(hub.incarnation ?? '0', this.#held.sequence) : hub.cursor;
  }

  deliver(frame: EventFrame, ids: readonly string[]): void {
    const held = this.#held;
    const { settings } = this.#context;
    if (!held) {
      this.#send(frame, ids);
      if (this.#session.transport.bufferedBytes > settings.maxBufferedBytes) this.#session.cutOff();
      return;
    }
    held.frames.push({ frame, ids });
    held.bytes += frame.bytes;
    if (held.frames.length > settings.maxHeldEvents || held.bytes > settings.maxHeldBytes) {
      this.#session.cutOff();
    }
  }

  /**
   * Answers `subscribed`. With a cursor, the missed events follow, before any new one.
   * @throws FeedError
   */
  async add(id: string, request: FeedSubscription, principal: Principal): Promise<void> {
    const subscription = this.#create(id, request, principal);
    if (request.raw) {
      this.#raw ??= new Set();
      this.#raw.add(id);
    }
    if (request.cursor === undefined) this.#addLive(subscription);
    else await this.#resume(subscription, request.cursor);
  }

  /** @returns false if there is no such subscription */
  remove(id: string): boolean {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return false;
    this.#subscriptions.delete(id);
    this.#raw?.delete(id);
    this.#context.hub.remove(subscription);
    return true;
  }

  clear(): void {
    for (const subscription of this.#subscriptions.values()) this.#context.hub.remove(subscription);
    this.#subscriptions.clear();
    this.#held = undefined;
  }

  #send(frame: EventFrame, ids: readonly string[], done?: () => void): void {
    const { transport } = this.#session;
    this.#context.metrics.countFrame(transport.name);
    if (!this.#raw?.size) {
      transport.sendEvent(frame, ids, false, done);
      return;
    }
    const raw = ids.filter((id) => this.#raw?.has(id));
    const parsed = ids.filter((id) => !this.#raw?.has(id));
    if (parsed.length > 0) transport.sendEvent(frame, parsed, false, raw.length === 0 ? done : undefined);
    if (raw.length > 0) transport.sendEvent(frame, raw, true, done);
  }

  #create(id: string, request: FeedSubscription, principal: Principal): Subscription {
    if (this.#subscriptions.has(id)) {
      throw new FeedError('duplicate_subscription', `This connection already has a subscription "${id}"`);
    }
    if (this.#subscriptions.size >= FEED_LIMITS.subscriptions) {
      throw new FeedError(
        'too_many_subscriptions',
        `A connection may have at most ${FEED_LIMITS.subscriptions} subscriptions`,
      );
    }
    const filter = compileFeedFilter(filterOf(request), principal);
    return { id, filter, receiver: this.#session, matchedUpTo: 0 };
  }

  #add(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription);
    this.#context.hub.add(subscription);
  }

  #acknowledge(id: string, cursor: string, replayed: number, gap?: FeedGapReason): void {
    this.#session.transport.send({
      type: 'subscribed',
      id,
      cursor,
      replayed,
      ...(gap === undefined ? {} : { gap: { reason: gap } }),
    });
  }

  /** Subscribes to new events only. */
  #addLive(subscription: Subscription, gap?: FeedGapReason): void {
    const { hub } = this.#context;
    subscription.matchedUpTo = hub.head;
    this.#add(subscription);
    this.#acknowledge(subscription.id, hub.cursor, 0, gap);
  }

  #addWithGap(subscription: Subscription, reason: FeedGapReason): void {
    this.#context.metrics.replays.inc({ result: `gap_${reason}` });
    this.#addLive(subscription, reason);
  }

  /** Answers `subscribed`, followed by the events missed since the cursor, or with the reason of a gap. */
  async #resume(subscription: Subscription, text: string): Promise<void> {
    const { bus, hub, metrics } = this.#context;
    const cursor = parseCursor(text);
    if (!cursor) return this.#addWithGap(subscription, 'invalid_cursor');
    if (cursor.incarnation !== hub.incarnation) return this.#addWithGap(subscription, 'other_stream');
    try {
      const recent = cursor.sequence < hub.head ? hub.recent.after(cursor.sequence) : undefined;
      if (recent) {
        await this.#catchUp(subscription, cursor.sequence, recent);
        return;
      }
      // NATS's client would report this only after its timeout.
      if (!bus.connected) throw new Error('not connected to NATS');
      if (cursor.sequence > hub.head && cursor.sequence > (await this.#endOfStream())) {
        this.#addWithGap(subscription, 'ahead');
        return;
      }
      if (cursor.sequence >= hub.head) this.#addAt(subscription, cursor.sequence);
      else await this.#catchUpInTurn(subscription, cursor.sequence);
    } catch (error) {
      metrics.replays.inc({ result: 'failed' });
      this.#context.logger.warn(
        { err: error, keyId: this.#session.keyId },
        'missed events could not be read',
      );
      this.#session.close(
        FEED_CLOSE.overloaded,
        'the missed events could not be read: reconnect with your cursor',
      );
    }
  }

  /** No event was missed. The replica before may have been ahead of this one: the events that it sent are not sent again. */
  #addAt(subscription: Subscription, sequence: number): void {
    const { hub, metrics } = this.#context;
    if (this.#session.isClosing) return;
    subscription.matchedUpTo = sequence;
    this.#add(subscription);
    const cursor = formatCursor(hub.incarnation ?? '0', Math.min(sequence, hub.position));
    this.#acknowledge(subscription.id, cursor, 0);
    metrics.replays.inc({ result: 'complete' });
  }

  async #endOfStream(): Promise<number> {
    const info = await this.#context.bus.manager.streams.info(EVENTS_STREAM);
    return info.state.last_seq;
  }

  async #catchUpInTurn(subscription: Subscription, after: number): Promise<void> {
    const release = await this.#context.replaySlots.acquire();
    try {
      if (!this.#session.isClosing) await this.#catchUp(subscription, after);
    } finally {
      release();
    }
  }

  /**
   * Makes the subscription live, with its events held back. Then reads the events up to the position at which the
   * subscription became live, and sends the held events. So no event is lost and none is sent twice.
   * @param recent the events after `after`, if they are in memory
   */
  async #catchUp(subscription: Subscription, after: number, recent?: readonly RecentEvent[]): Promise<void> {
    const { bus, hub, metrics } = this.#context;
    const { incarnation, head: to, position } = hub;
    if (incarnation === undefined) throw new Error('no stream is followed');
    const { id } = subscription;
    const held: Held = { frames: [], bytes: 0, sequence: after };
    subscription.matchedUpTo = to;
    this.#held = held;
    this.#add(subscription);

    const missed: Missed = recent
      ? await readRecent(recent, subscription.filter)
      : await readMissed(bus, { incarnation, after, to }, subscription.filter);
    if (this.#session.isClosing) return;
    if ('gap' in missed) {
      metrics.replays.inc({ result: `gap_${missed.gap}` });
      held.sequence = position;
      this.#acknowledge(id, formatCursor(incarnation, position), 0, missed.gap);
    } else {
      const replayed = missed.frames.length;
      this.#acknowledge(id, formatCursor(incarnation, after), replayed);
      for (const frame of missed.frames) if (!(await this.#sendPaced(frame, [id]))) return;
      metrics.replays.inc({ result: recent ? 'complete_from_memory' : 'complete' });
      metrics.replayedEvents.inc(replayed);
    }
    await this.#sendHeld();
  }

  async #sendHeld(): Promise<void> {
    for (;;) {
      const held = this.#held;
      const next = held?.frames.shift();
      if (!held || !next) break;
      held.bytes -= next.frame.bytes;
      if (!(await this.#sendPaced(next.frame, next.ids))) return;
    }
    this.#held = undefined;
  }

  /** Waits until the connection has room again. @returns false if it is closed, or if its client reads nothing */
  async #sendPaced(frame: EventFrame, ids: readonly string[]): Promise<boolean> {
    const session = this.#session;
    if (session.isClosing) return false;
    let written: () => void = () => {};
    const isWritten = new Promise<boolean>((resolve) => {
      written = () => resolve(true);
    });
    this.#send(frame, ids, written);
    if (this.#held) this.#held.sequence = frame.sequence;
    if (session.transport.bufferedBytes <= PACED_BYTES) return true;

    let timer: NodeJS.Timeout | undefined;
    const isStalled = new Promise<boolean>((resolve) => {
      // After a pause of this process the timer comes before the sockets: its clients may have read in the meantime.
      timer = setTimeout(() => setImmediate(resolve, false), this.#context.settings.replayStallTimeoutMs);
    });
    const goesOn = await Promise.race([isWritten, isStalled]);
    clearTimeout(timer);
    if (!goesOn) session.cutOff();
    return !session.isClosing;
  }
}

/** @throws FeedError `invalid_message` if a field stands both in `filter` and beside it */
function filterOf(request: FeedSubscription): FeedFilter {
  const { eventType, repository, provider, userId } = request;
  const fields = { eventType, repository, provider, userId };
  const beside = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (request.filter === undefined) return beside;
  const [name] = Object.keys(beside);
  if (name === undefined) return request.filter;
  throw new FeedError('invalid_message', `"${name}" must not stand beside "filter": put it into "filter"`);
}
