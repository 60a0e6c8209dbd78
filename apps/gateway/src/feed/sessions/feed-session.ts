import {
  ApiError,
  FEED_CLOSE,
  FEED_LIMITS,
  type FeedErrorCode,
  type FeedSubscription,
  ID_PREFIX,
  isFinalClose,
} from '@hookline/contracts';
import { createIdFactory, createTokenBucket } from '@hookline/service';
import type { Identity } from '../../auth/identity.ts';
import { FeedError } from '../hub/compile-feed-filter.ts';
import type { EventFrame } from '../hub/event-frame.ts';
import { createExpiryWatch, type ExpiryWatch } from './expiry-watch.ts';
import type { FeedTransport } from './feed-transport.ts';
import type { OpenSession } from './open-session.ts';
import { reconnectHintMs } from './reconnect-hint.ts';
import type { SessionContext } from './session-context.ts';
import { SessionSubscriptions } from './session-subscriptions.ts';

export const nextSubscriptionId = createIdFactory(ID_PREFIX.subscription);

export interface FeedSessionOptions {
  context: SessionContext;
  transport: FeedTransport;
  /** The client's: a key may be limited to some. */
  address: string;
  /** Undefined: the client authenticates by a command, within a time limit. */
  identity?: Identity | undefined;
  /** A tenant is closed with 4003. */
  onlyOperators?: boolean;
  /** Default: yes. */
  takesSubscriptions?: boolean;
  /** Whether a subscription may ask for the bytes of payloads. */
  takesRaw?: boolean;
  /** Called once, when the session is authenticated and admitted. */
  onOpen?: () => void;
  /** Called when the connection is gone. */
  onGone?: () => void;
}

/** The close codes of refused tokens, by the status that the API would answer with. */
const CLOSE_BY_STATUS: Readonly<Record<number, number>> = {
  401: FEED_CLOSE.unauthenticated,
  403: FEED_CLOSE.forbidden,
};
/** How many commands may wait for an earlier one, such as a subscription that gets its missed events. */
const MAX_WAITING_COMMANDS = 64;

/**
 * One client of the feed, whatever its transport.
 *
 * *Unauthenticated*: until a token is accepted, from the request that opened the connection or from the first command,
 * within a time limit. *Open*: its commands are answered one after the other, and matching events are sent. *Closing*: from
 * the moment that either side has ended the connection. It has no subscriptions then, and nothing more is sent.
 */
export class FeedSession implements OpenSession {
  identity: Identity | undefined;
  readonly transport: FeedTransport;
  readonly #options: FeedSessionOptions;
  readonly #context: SessionContext;
  readonly #subscriptions: SessionSubscriptions;
  readonly #commands;
  #lastCommand: Promise<void> = Promise.resolve();
  #waitingCommands = 0;
  #closing = false;
  /** The code that this side closed with. */
  #closeCode: number | undefined;
  #awaitsSign = false;
  #authenticationTimer: NodeJS.Timeout | undefined;
  #expiry: ExpiryWatch | undefined;

  constructor(options: FeedSessionOptions) {
    const { context, transport } = options;
    this.#options = options;
    this.#context = context;
    this.transport = transport;
    this.#subscriptions = new SessionSubscriptions(this, context);
    const { commandsPerSecond, commandBurst } = context.settings;
    this.#commands = createTokenBucket({
      limit: commandBurst,
      windowSeconds: commandBurst / commandsPerSecond,
    });
  }

  /** Begins, once the registry knows the session: admits the identity, or waits for a token. */
  open(): void {
    const { identity, context } = this.#options;
    if (identity) this.#admit(identity);
    else {
      this.#authenticationTimer = setTimeout(
        () => this.close(FEED_CLOSE.unauthenticated, 'no token arrived in time'),
        context.settings.authenticationTimeoutMs,
      );
    }
  }

  get keyId(): string | undefined {
    return this.identity?.principal.keyId;
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  deliver(frame: EventFrame, ids: readonly string[]): void {
    if (!this.#closing) this.#subscriptions.deliver(frame, ids);
  }

  /** Sends a ping with the current cursor, and expects a sign of life. */
  ping(): void {
    if (this.#closing || !this.identity) return;
    this.#awaitsSign = true;
    this.transport.probe();
    this.transport.send({ type: 'ping', cursor: this.#subscriptions.cursor });
  }

  /** Called at a sign of life. */
  alive(): void {
    this.#awaitsSign = false;
  }

  /** Closes the connection if there was no sign of life since the last ping. */
  checkAlive(): void {
    if (this.#awaitsSign) this.close(FEED_CLOSE.noPong, 'a ping was not answered');
  }

  /** @returns false, and closes the connection, if the client has sent too many commands */
  countCommand(): boolean {
    if (this.#closing) return false;
    if (this.#commands.take()) return true;
    this.close(FEED_CLOSE.tooManyCommands, 'too many messages');
    return false;
  }

  authenticate(token: string): void {
    this.#enqueue(() => this.#authenticate(token));
  }

  /** Answers `subscribed` and the missed events, or `error`. */
  subscribe(request: FeedSubscription): void {
    this.#enqueue(() => this.#subscribe(request));
  }

  unsubscribe(id: string): void {
    this.#enqueue(() => {
      if (!this.#isAuthenticated()) return;
      if (this.#subscriptions.remove(id)) this.transport.send({ type: 'unsubscribed', id });
      else this.sendError('unknown_subscription', `This connection has no subscription "${id}"`, id);
    });
  }

  sendError(code: FeedErrorCode, message: string, id: string | undefined): void {
    if (this.#closing) return;
    this.transport.send({ type: 'error', code, message, ...(id === undefined ? {} : { id }) });
  }

  /** Ends the connection with a code, after what was sent before. The client is told when to come back. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    const { settings, openSessions } = this.#context;
    if (!isFinalClose(code)) {
      const reconnectMs = reconnectHintMs(code, openSessions(), settings.acceptsPerSecond, Math.random());
      this.transport.send({ type: 'bye', code, reconnectMs });
    }
    this.#release();
    this.#closeCode = code;
    this.transport.close(code, reason);
  }

  /** The client reads too slowly: it may come back with its cursor. */
  cutOff(): void {
    this.close(FEED_CLOSE.slowConsumer, 'too slow: reconnect with your cursor');
  }

  terminate(): void {
    this.#release();
    this.transport.terminate();
  }

  /** Called when the connection is gone. @param code the close code, as the network has it */
  gone(code: number): void {
    this.#context.metrics.countClose(this.transport.name, this.#closeCode ?? code);
    this.#release();
    this.#options.onGone?.();
  }

  #release(): void {
    if (this.#closing) return;
    this.#closing = true;
    clearTimeout(this.#authenticationTimer);
    this.#expiry?.stop();
    this.#subscriptions.clear();
  }

  #enqueue(command: () => void | Promise<void>): void {
    if (this.#closing) return;
    if (this.#waitingCommands === MAX_WAITING_COMMANDS) {
      this.close(FEED_CLOSE.tooManyCommands, 'too many messages');
      return;
    }
    this.#waitingCommands++;
    this.#lastCommand = this.#lastCommand
      .then(() => (this.#closing ? undefined : command()))
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

  async #authenticate(token: string): Promise<void> {
    let identity: Identity;
    try {
      identity = await this.#context.authentication.byToken(token, this.#options.address);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.close(CLOSE_BY_STATUS[error.statusCode] ?? FEED_CLOSE.overloaded, error.message);
      return;
    }
    if (this.#closing) return;
    if (!this.identity) this.#admit(identity);
    else if (isSamePrincipal(this.identity, identity)) {
      this.identity = identity;
      this.transport.send({ type: 'authenticated', ...expiryOf(identity) });
      this.#watchExpiry(identity);
    } else this.sendError('forbidden', 'The token must be of the same user as the connection', undefined);
  }

  #admit(identity: Identity): void {
    this.identity = identity;
    clearTimeout(this.#authenticationTimer);
    if (this.#options.onlyOperators && identity.principal.role !== 'operator') {
      this.close(FEED_CLOSE.forbidden, 'only operators may open this');
      return;
    }
    const refusal = this.#context.admit(this);
    if (refusal !== undefined) {
      this.close(FEED_CLOSE.overloaded, refusal);
      return;
    }
    const { hub, settings } = this.#context;
    this.transport.send({
      type: 'ready',
      cursor: hub.cursor,
      pingSeconds: settings.pingIntervalMs / 1_000,
      serverTime: new Date().toISOString(),
      limits: FEED_LIMITS,
      ...expiryOf(identity),
    });
    this.#watchExpiry(identity);
    if (!this.#closing) this.#options.onOpen?.();
  }

  #watchExpiry({ expiresAtMs }: Identity): void {
    if (expiresAtMs === undefined && !this.#expiry) return;
    this.#expiry ??= createExpiryWatch({
      noticeMs: this.#context.settings.expiryNoticeMs,
      onExpiring: (inSeconds) => this.transport.send({ type: 'expiring', inSeconds }),
      onExpired: () => this.close(FEED_CLOSE.expired, 'the token has expired: reconnect with a new one'),
    });
    this.#expiry.watch(expiresAtMs);
  }

  #isAuthenticated(): boolean {
    if (this.identity) return true;
    this.close(FEED_CLOSE.unauthenticated, 'the first message must be authenticate');
    return false;
  }

  async #subscribe(request: FeedSubscription): Promise<void> {
    if (!this.#isAuthenticated()) return;
    const { principal } = this.identity as Identity;
    try {
      if (this.#options.takesSubscriptions === false) {
        throw new FeedError('invalid_message', 'this feed takes no subscriptions');
      }
      if (request.raw && !this.#options.takesRaw) {
        throw new FeedError('invalid_message', 'raw: only the feed of events has the bytes of payloads');
      }
      await this.#subscriptions.add(request.id ?? nextSubscriptionId(), request, principal);
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      this.sendError(error.code, error.message, request.id);
    }
  }
}

function expiryOf({ expiresAtMs }: Identity): { tokenExpiresAt?: string } {
  return expiresAtMs === undefined ? {} : { tokenExpiresAt: new Date(expiresAtMs).toISOString() };
}

function isSamePrincipal({ principal: a }: Identity, { principal: b }: Identity): boolean {
  return a.role === b.role && (a.role === 'operator' || (b.role === 'tenant' && a.tenant === b.tenant));
}
