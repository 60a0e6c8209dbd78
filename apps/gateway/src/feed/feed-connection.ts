import type { Bus } from '@hookline/bus';
import {
  ApiError,
  EVENTS_STREAM,
  FEED_CLOSE,
  FEED_LIMITS,
  FeedClientMessage,
  type FeedErrorCode,
  FeedFilter,
  type FeedGapReason,
  type FeedServerMessage,
  formatCursor,
  ID_PREFIX,
  parseCursor,
} from '@hookline/contracts';
import { createIdFactory, type Logger } from '@hookline/service';
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { Identity } from '../auth/identity.ts';
import { compileFeedFilter, FeedError } from './compile-feed-filter.ts';
import type { EventFrame } from './event-frame.ts';
import type { FeedHub, FeedReceiver, Subscription } from './feed-hub.ts';
import type { FeedMetrics } from './feed-metrics.ts';
import type { FeedSettings } from './feed-settings.ts';
import { readMissed } from './read-missed.ts';
import type { Slots } from './slots.ts';
import { createTokenBucket } from './token-bucket.ts';

const nextSubscriptionId = createIdFactory(ID_PREFIX.subscription);

export interface FeedConnectionContext {
  bus: Bus;
  hub: FeedHub;
  replaySlots: Slots;
  /** Finds the identity of a token that this client sent. */
  authenticate: (token: string) => Promise<Identity>;
  settings: FeedSettings;
  metrics: FeedMetrics;
  logger: Logger;
  /** Called once, when the connection is authenticated. A returned text closes the connection with 4102. */
  admit: (connection: FeedConnection) => string | undefined;
}

type SubscribeMessage = Extract<FeedClientMessage, { filter?: unknown }>;

interface Held {
  frames: { frame: EventFrame; ids: readonly string[] }[];
  bytes: number;
  /** The last sequence that was sent. A ping tells the client this position. */
  sequence: number;
}

const messageValidator = Compile(FeedClientMessage);
const [authenticate, subscribe, unsubscribe, pong] = FeedClientMessage.anyOf;
const messageSchemas = new Map<string, TObject>(
  Object.entries({
    authenticate,
    subscribe,
    'subscribe:webhook-events': subscribe,
    'subscribe:repository': subscribe,
    unsubscribe,
    pong,
  }),
);
const messageValidators = new Map(
  [...messageSchemas].map(([type, schema]) => [type, Compile(schema as TSchema)]),
);
/** The close codes of refused tokens, by the status that the API would answer with. */
const CLOSE_BY_STATUS: Readonly<Record<number, number>> = {
  401: FEED_CLOSE.unauthenticated,
  403: FEED_CLOSE.forbidden,
};
/** How many messages may wait for an earlier message, such as a subscription that gets its missed events. */
const MAX_WAITING_COMMANDS = 64;
/** How many bytes may wait in the socket of a client that gets its missed events. */
const PACED_BYTES = 256 * 1024;

/**
 * One client of the feed.
 *
 * *Unauthenticated*: until a token is accepted, from the header of the upgrade or from the first message, within a time
 * limit. *Open*: its messages are answered one after the other, and matching events are written at once. *Catching up*:
 * while one of its subscriptions gets its missed events, new events of all its subscriptions are held back and sent
 * afterwards, so that no frame is ahead of a cursor. *Closing*: from the moment that either side has sent a close code. It
 * has no subscriptions then, and nothing more is written.
 */
export class FeedConnection implements FeedReceiver {
  identity: Identity | undefined;
  readonly #socket: WebSocket;
  readonly #context: FeedConnectionContext;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #commands;
  #lastCommand: Promise<void> = Promise.resolve();
  #waitingCommands = 0;
  #held: Held | undefined;
  #closing = false;
  /** The code that this side closed with. */
  #closeCode: number | undefined;
  #awaitsPong = false;
  #authenticationTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;

  /** @param onClosed when the socket is gone */
  constructor(
    socket: WebSocket,
    context: FeedConnectionContext,
    identity: Identity | undefined,
    onClosed: () => void,
  ) {
    this.#socket = socket;
    this.#context = context;
    const { settings, metrics } = context;
    this.#commands = createTokenBucket({
      perSecond: settings.commandsPerSecond,
      burst: settings.commandBurst,
    });
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('ping', () => this.#countCommand());
    socket.on('pong', () => this.#alive());
    socket.on('error', (error) => context.logger.debug({ err: error }, 'a feed connection failed'));
    socket.on('close', (code) => {
      metrics.countClose(this.#closeCode ?? code);
      this.#release();
      onClosed();
    });
    if (identity) this.#admit(identity);
    else {
      this.#authenticationTimer = setTimeout(
        () => this.close(FEED_CLOSE.unauthenticated, 'no token arrived in time'),
        settings.authenticationTimeoutMs,
      );
    }
  }

  get keyId(): string | undefined {
    return this.identity?.principal.keyId;
  }

  deliver(frame: EventFrame, ids: readonly string[]): void {
    if (this.#closing) return;
    const held = this.#held;
    if (!held) {
      this.#write(frame, ids);
      if (this.#socket.bufferedAmount > this.#context.settings.maxBufferedBytes) this.#cutOff();
      return;
    }
    held.frames.push({ frame, ids });
    held.bytes += frame.bytes;
    const { maxHeldEvents, maxHeldBytes } = this.#context.settings;
    if (held.frames.length > maxHeldEvents || held.bytes > maxHeldBytes) this.#cutOff();
  }

  /** Sends a ping with the current cursor. */
  ping(): void {
    if (this.#closing || !this.identity) return;
    this.#awaitsPong = true;
    this.#socket.ping();
    const { hub } = this.#context;
    const cursor = this.#held ? formatCursor(hub.incarnation ?? '0', this.#held.sequence) : hub.cursor;
    this.#send({ type: 'ping', cursor });
  }

  /** Closes the connection if its last ping was not answered. */
  checkPong(): void {
    if (this.#awaitsPong) this.close(FEED_CLOSE.noPong, 'a ping was not answered');
  }

  /** Sends the close code after the frames that still wait in the socket. Destroys the socket after a time limit. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#release();
    this.#closeCode = code;
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#release();
    this.#socket.terminate();
  }

  #release(): void {
    if (this.#closing) return;
    this.#closing = true;
    clearTimeout(this.#authenticationTimer);
    clearTimeout(this.#expiryTimer);
    for (const subscription of this.#subscriptions.values()) this.#context.hub.remove(subscription);
    this.#subscriptions.clear();
    this.#held = undefined;
  }

  #cutOff(): void {
    this.close(FEED_CLOSE.slowConsumer, 'too slow: reconnect with your cursor');
  }

  #send(message: FeedServerMessage): void {
    if (!this.#closing) this.#socket.send(JSON.stringify(message));
  }

  #sendError(code: FeedErrorCode, message: string, id: string | undefined): void {
    this.#send({ type: 'error', code, message, ...(id === undefined ? {} : { id }) });
  }

  #write(frame: EventFrame, ids: readonly string[], done?: () => void): void {
    frame.sendTo(this.#socket, ids, done);
    this.#context.metrics.frames.inc();
  }

  #alive(): void {
    this.#awaitsPong = false;
  }

  /** @returns false, and closes the connection, if the client has sent too many messages */
  #countCommand(): boolean {
    if (this.#closing) return false;
    if (this.#commands.take()) return true;
    this.close(FEED_CLOSE.tooManyCommands, 'too many messages');
    return false;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!this.#countCommand()) return;
    const message = isBinary ? undefined : parseJson(data);
    if (message === undefined) {
      this.close(FEED_CLOSE.malformed, 'messages must be JSON text');
      return;
    }
    if (messageValidator.Check(message)) {
      this.#enqueue(message);
    } else if (this.identity) {
      const id = (message as { id?: unknown } | null)?.id;
      const problem = describeProblem(message);
      this.#sendError('invalid_message', problem, typeof id === 'string' ? id.slice(0, 64) : undefined);
    } else {
      this.close(FEED_CLOSE.unauthenticated, 'the first message must be authenticate');
    }
  }

  #enqueue(message: FeedClientMessage): void {
    if (message.type === 'pong') {
      this.#alive();
      return;
    }
    if (this.#waitingCommands === MAX_WAITING_COMMANDS) {
      this.close(FEED_CLOSE.tooManyCommands, 'too many messages');
      return;
    }
    this.#waitingCommands++;
    this.#lastCommand = this.#lastCommand
      .then(() => this.#answer(message))
      .catch((error: unknown) => {
        this.#context.logger.error(
          { err: error, keyId: this.keyId },
          'a feed connection was closed because of an error',
        );
        this.close(FEED_CLOSE.overloaded, 'an internal error occurred: reconnect with your cursor');
      })
      .finally(() => {
        this.#waitingCommands--;
      });
  }

  async #answer(message: FeedClientMessage): Promise<void> {
    if (this.#closing) return;
    if (message.type === 'authenticate') return this.#authenticate(message.token);
    if (!this.identity) {
      this.close(FEED_CLOSE.unauthenticated, 'the first message must be authenticate');
      return;
    }
    switch (message.type) {
      case 'subscribe':
      case 'subscribe:webhook-events':
      case 'subscribe:repository':
        return this.#subscribe(message, this.identity);
      case 'unsubscribe':
        return this.#unsubscribe(message.id);
    }
  }

  async #authenticate(token: string): Promise<void> {
    let identity: Identity;
    try {
      identity = await this.#context.authenticate(token);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.close(CLOSE_BY_STATUS[error.statusCode] ?? FEED_CLOSE.overloaded, error.message);
      return;
    }
    if (this.#closing) return;
    if (!this.identity) this.#admit(identity);
    else if (isSamePrincipal(this.identity, identity)) this.#accept(identity);
    else this.#sendError('forbidden', 'The token must be of the same user as the connection', undefined);
  }

  #admit(identity: Identity): void {
    this.identity = identity;
    const refusal = this.#context.admit(this);
    if (refusal === undefined) this.#accept(identity);
    else this.close(FEED_CLOSE.overloaded, refusal);
  }

  #accept(identity: Identity): void {
    this.identity = identity;
    clearTimeout(this.#authenticationTimer);
    clearTimeout(this.#expiryTimer);
    if (identity.expiresAtMs !== undefined) {
      // A timer is limited to 24 days. A token that is valid longer must be sent again after that.
      const delayMs = Math.min(identity.expiresAtMs - Date.now(), 2 ** 31 - 1);
      this.#expiryTimer = setTimeout(
        () => this.close(FEED_CLOSE.expired, 'the token has expired: reconnect with a new one'),
        Math.max(0, delayMs),
      );
    }
    const { hub, settings } = this.#context;
    this.#send({
      type: 'ready',
      cursor: hub.cursor,
      pingSeconds: settings.pingIntervalMs / 1_000,
      serverTime: new Date().toISOString(),
      limits: FEED_LIMITS,
      ...(identity.expiresAtMs === undefined
        ? {}
        : { tokenExpiresAt: new Date(identity.expiresAtMs).toISOString() }),
    });
  }

  async #subscribe(message: SubscribeMessage, identity: Identity): Promise<void> {
    const id = message.id ?? nextSubscriptionId();
    let subscription: Subscription;
    try {
      subscription = this.#createSubscription(id, message, identity);
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      this.#sendError(error.code, error.message, message.id);
      return;
    }
    if (message.cursor === undefined) {
      this.#addLive(subscription);
      return;
    }
    await this.#resume(subscription, message.cursor);
  }

  #createSubscription(id: string, message: SubscribeMessage, identity: Identity): Subscription {
    if (this.#subscriptions.has(id)) {
      throw new FeedError('duplicate_subscription', `This connection already has a subscription "${id}"`);
    }
    if (this.#subscriptions.size >= FEED_LIMITS.subscriptions) {
      throw new FeedError(
        'too_many_subscriptions',
        `A connection may have at most ${FEED_LIMITS.subscriptions} subscriptions`,
      );
    }
    const filter = compileFeedFilter(filterOf(message), identity.principal);
    return { id, filter, receiver: this, matchedUpTo: 0 };
  }

  #add(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription);
    this.#context.hub.add(subscription);
  }

  /** Subscribes to new events only. */
  #addLive(subscription: Subscription, gap?: FeedGapReason): void {
    const { hub } = this.#context;
    subscription.matchedUpTo = hub.head;
    this.#add(subscription);
    this.#send({
      type: 'subscribed',
      id: subscription.id,
      cursor: hub.cursor,
      replayed: 0,
      ...(gap === undefined ? {} : { gap: { reason: gap } }),
    });
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
      // NATS's client would report this only after its timeout.
      if (!bus.connected) throw new Error('not connected to NATS');
      if (cursor.sequence > hub.head && cursor.sequence > (await this.#endOfStream())) {
        return this.#addWithGap(subscription, 'ahead');
      }
      if (cursor.sequence >= hub.head) this.#addAt(subscription, cursor.sequence);
      else await this.#catchUpInTurn(subscription, cursor.sequence);
    } catch (error) {
      metrics.replays.inc({ result: 'failed' });
      this.#context.logger.warn({ err: error, keyId: this.keyId }, 'missed events could not be read');
      this.close(FEED_CLOSE.overloaded, 'the missed events could not be read: reconnect with your cursor');
    }
  }

  /** No event was missed. The replica before may have been ahead of this one: the events that it sent are not sent again. */
  #addAt(subscription: Subscription, sequence: number): void {
    const { hub, metrics } = this.#context;
    if (this.#closing) return;
    subscription.matchedUpTo = sequence;
    this.#add(subscription);
    const cursor = formatCursor(hub.incarnation ?? '0', Math.min(sequence, hub.position));
    this.#send({ type: 'subscribed', id: subscription.id, cursor, replayed: 0 });
    metrics.replays.inc({ result: 'complete' });
  }

  async #endOfStream(): Promise<number> {
    const info = await this.#context.bus.manager.streams.info(EVENTS_STREAM);
    return info.state.last_seq;
  }

  async #catchUpInTurn(subscription: Subscription, after: number): Promise<void> {
    const release = await this.#context.replaySlots.acquire();
    try {
      if (!this.#closing) await this.#catchUp(subscription, after);
    } finally {
      release();
    }
  }

  /**
   * Makes the subscription live, with its events held back. Then reads the stream up to the position at which the
   * subscription became live, and sends the held events. So no event is lost and none is sent twice.
   */
  async #catchUp(subscription: Subscription, after: number): Promise<void> {
    const { bus, hub, metrics } = this.#context;
    const { incarnation, head: to, position } = hub;
    if (incarnation === undefined) throw new Error('no stream is followed');
    const { id } = subscription;
    const held: Held = { frames: [], bytes: 0, sequence: after };
    subscription.matchedUpTo = to;
    this.#held = held;
    this.#add(subscription);

    const missed = await readMissed(bus, { incarnation, after, to }, subscription.filter);
    if (this.#closing) return;
    if ('gap' in missed) {
      metrics.replays.inc({ result: `gap_${missed.gap}` });
      held.sequence = position;
      const cursor = formatCursor(incarnation, position);
      this.#send({ type: 'subscribed', id, cursor, replayed: 0, gap: { reason: missed.gap } });
    } else {
      const replayed = missed.frames.length;
      this.#send({ type: 'subscribed', id, cursor: formatCursor(incarnation, after), replayed });
      for (const frame of missed.frames) if (!(await this.#writePaced(frame, [id]))) return;
      metrics.replays.inc({ result: 'complete' });
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
      if (!(await this.#writePaced(next.frame, next.ids))) return;
    }
    this.#held = undefined;
  }

  /** Waits until the socket has room again. @returns false if the connection is closed, or if its client reads nothing */
  async #writePaced(frame: EventFrame, ids: readonly string[]): Promise<boolean> {
    if (this.#closing) return false;
    let written: () => void = () => {};
    const isWritten = new Promise<boolean>((resolve) => {
      written = () => resolve(true);
    });
    this.#write(frame, ids, written);
    if (this.#held) this.#held.sequence = frame.sequence;
    if (this.#socket.bufferedAmount <= PACED_BYTES) return true;

    let timer: NodeJS.Timeout | undefined;
    const isStalled = new Promise<boolean>((resolve) => {
      // After a pause of this process the timer comes before the sockets: its clients may have read in the meantime.
      timer = setTimeout(() => setImmediate(resolve, false), this.#context.settings.replayStallTimeoutMs);
    });
    const goesOn = await Promise.race([isWritten, isStalled]);
    clearTimeout(timer);
    if (!goesOn) this.#cutOff();
    return !this.#closing;
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) {
      this.#sendError('unknown_subscription', `This connection has no subscription "${id}"`, id);
      return;
    }
    this.#subscriptions.delete(id);
    this.#context.hub.remove(subscription);
    this.#send({ type: 'unsubscribed', id });
  }
}

/** @returns undefined for a text that is not a JSON object */
function parseJson(data: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Describes the problem of a message by the schema of its type. */
function describeProblem(message: object): string {
  const { type } = message as { type?: unknown };
  const validator = typeof type === 'string' ? messageValidators.get(type) : undefined;
  if (!validator) return `"type" must be one of ${[...messageValidators.keys()].join(', ')}`;
  const problem = validator
    .Errors(message)
    .find(({ keyword }) => keyword !== 'boolean' && keyword !== 'anyOf');
  if (!problem) return 'the message is not valid';
  const where = problem.instancePath.slice(1) || 'the message';
  if (!('additionalProperties' in problem.params)) return `${where} ${problem.message}`;
  const unknown = [problem.params.additionalProperties]
    .flat()
    .map((name) => `"${String(name).slice(0, 64)}"`);
  const known = where === 'filter' ? FeedFilter.properties : messageSchemas.get(String(type))?.properties;
  return `${where} does not take ${unknown.slice(0, 5).join(', ')}: it takes ${Object.keys(known ?? {}).join(', ')}`;
}

/** @throws FeedError `invalid_message` if the field stands both in `filter` and beside it */
function filterOf(message: SubscribeMessage): FeedFilter {
  const { eventType, provider, userId, data } = message;
  const repository = data ?? message.repository;
  const fields = { eventType, repository, provider, userId };
  const beside = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (message.filter === undefined) return beside;
  const [name] = Object.keys(beside);
  if (name === undefined) return message.filter;
  throw new FeedError('invalid_message', `"${name}" must not stand beside "filter": put it into "filter"`);
}

function isSamePrincipal({ principal: a }: Identity, { principal: b }: Identity): boolean {
  return a.role === b.role && (a.role === 'operator' || (b.role === 'tenant' && a.tenant === b.tenant));
}
