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
import type { Authenticator } from '../auth/authenticator.ts';
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
  authenticate: Authenticator;
  settings: FeedSettings;
  metrics: FeedMetrics;
  logger: Logger;
  /** Asked once, when it is known who it is; a text refuses the connection with 4102. */
  admit: (connection: FeedConnection) => string | undefined;
}

type SubscribeMessage = Extract<FeedClientMessage, { filter?: unknown }>;

interface Held {
  frames: { frame: EventFrame; ids: readonly string[] }[];
  bytes: number;
  /** The last sequence that was sent: where a ping says that the client stands. */
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
/** Messages that wait for the one before them, e.g. a subscription that is sent what it missed. */
const MAX_WAITING_COMMANDS = 64;
/** While a client is sent what it missed, no more than this waits in its socket. */
const PACED_BYTES = 256 * 1024;

/**
 * One client of the feed.
 *
 * *Unauthenticated* until a token is accepted, from the upgrade's header or from its first message, within the time
 * limit. Then *open*: its messages are answered one after the other, and events that match are written as they come.
 * While one of its subscriptions is sent what it missed, the connection is *catching up*: new events are held back,
 * for all its subscriptions, and sent afterwards, so that its frames never run ahead of a cursor. *Closing* from the
 * moment a close code is sent, by either side: its subscriptions are gone and nothing more is written.
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
    socket.on('error', (error) => context.logger.debug({ err: error }, 'a feed connection broke'));
    socket.on('close', (code) => {
      metrics.countClose(this.#closeCode ?? code);
      this.#release();
      onClosed();
    });
    if (identity) this.#admit(identity);
    else {
      this.#authenticationTimer = setTimeout(
        () => this.close(FEED_CLOSE.unauthenticated, 'no token was sent in time'),
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

  /** Asks for a sign of life, and tells where the feed is. */
  ping(): void {
    if (this.#closing || !this.identity) return;
    this.#awaitsPong = true;
    this.#socket.ping();
    const { hub } = this.#context;
    const cursor = this.#held ? formatCursor(hub.incarnation ?? '0', this.#held.sequence) : hub.cursor;
    this.#send({ type: 'ping', cursor });
  }

  /** Closes unless the last ping was answered. */
  checkPong(): void {
    if (this.#awaitsPong) this.close(FEED_CLOSE.noPong, 'a ping was not answered');
  }

  /** Everything that is not yet written to the socket is followed by the close code, then cut after a time limit. */
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
    this.close(FEED_CLOSE.slowConsumer, 'too slow: come back with your cursor');
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

  /** False when it was one too many. */
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
      this.close(FEED_CLOSE.malformed, 'messages are JSON text');
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
        this.#context.logger.error({ err: error, keyId: this.keyId }, 'a feed connection had to be closed');
        this.close(FEED_CLOSE.overloaded, 'something went wrong on our side; come back with your cursor');
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
      const code = error.statusCode === 401 ? FEED_CLOSE.unauthenticated : FEED_CLOSE.overloaded;
      this.close(code, error.message);
      return;
    }
    if (this.#closing) return;
    if (!this.identity) this.#admit(identity);
    else if (isSamePrincipal(this.identity, identity)) this.#accept(identity);
    else this.#sendError('forbidden', 'This token is of another user than the connection', undefined);
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
      // A timer's delay is limited to 24 days; a token that lives longer is asked for again after that.
      const delayMs = Math.min(identity.expiresAtMs - Date.now(), 2 ** 31 - 1);
      this.#expiryTimer = setTimeout(
        () => this.close(FEED_CLOSE.expired, 'the token has expired; come back with a new one'),
        Math.max(0, delayMs),
      );
    }
    const { hub, settings } = this.#context;
    this.#send({ type: 'ready', cursor: hub.cursor, pingSeconds: settings.pingIntervalMs / 1_000 });
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
      throw new FeedError('duplicate_subscription', `This connection has a subscription "${id}" already`);
    }
    if (this.#subscriptions.size >= FEED_LIMITS.subscriptions) {
      throw new FeedError(
        'too_many_subscriptions',
        `A connection may have ${FEED_LIMITS.subscriptions} subscriptions`,
      );
    }
    const filter = compileFeedFilter(filterOf(message), identity.principal);
    return { id, filter, receiver: this, matchedUpTo: 0 };
  }

  #add(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription);
    this.#context.hub.add(subscription);
  }

  /** From now on, with nothing before it. */
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

  /** Answers `subscribed`, with what was missed since the cursor, or with the reason why it is not sent. */
  async #resume(subscription: Subscription, text: string): Promise<void> {
    const { bus, hub, metrics } = this.#context;
    const cursor = parseCursor(text);
    if (!cursor) return this.#addWithGap(subscription, 'invalid_cursor');
    if (cursor.incarnation !== hub.incarnation) return this.#addWithGap(subscription, 'other_stream');
    try {
      // The client would only tell after its timeout.
      if (!bus.connected) throw new Error('not connected to NATS');
      if (cursor.sequence > hub.head && cursor.sequence > (await this.#endOfStream())) {
        return this.#addWithGap(subscription, 'ahead');
      }
      if (cursor.sequence >= hub.head) this.#addAt(subscription, cursor.sequence);
      else await this.#catchUpInTurn(subscription, cursor.sequence);
    } catch (error) {
      metrics.replays.inc({ result: 'failed' });
      this.#context.logger.warn({ err: error, keyId: this.keyId }, 'missed events could not be read');
      this.close(FEED_CLOSE.overloaded, 'what you missed could not be read; come back with your cursor');
    }
  }

  /** Nothing was missed. Another replica may be ahead of this one: what it has sent is not sent again from here. */
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
   * The subscription is live first, its events held back; then the stream is read up to the place where it went
   * live; then what was held is sent. So nothing falls between the two, and nothing is in both.
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

  /** Waits until the socket has room again. False: the connection has ended, or it takes nothing any more. */
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
      timer = setTimeout(() => resolve(false), this.#context.settings.replayStallTimeoutMs);
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

/** Undefined: not JSON, or not an object. */
function parseJson(data: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a message, by the schema of the type that it says it is. */
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

/** @throws FeedError `invalid_message` when it is given in both ways */
function filterOf(message: SubscribeMessage): FeedFilter {
  const { eventType, repository, provider, userId } = message;
  const fields = { eventType, repository, provider, userId };
  const beside = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (message.filter === undefined) return beside;
  const [name] = Object.keys(beside);
  if (name === undefined) return message.filter;
  throw new FeedError('invalid_message', `"${name}" stands beside "filter": put it into "filter"`);
}

function isSamePrincipal({ principal: a }: Identity, { principal: b }: Identity): boolean {
  return a.role === b.role && (a.role === 'operator' || (b.role === 'tenant' && a.tenant === b.tenant));
}
