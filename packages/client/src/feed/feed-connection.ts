import type { KeySource } from '../client-options.ts';
import type { FeedClientMessage, FeedFilter, FeedServerMessage } from '../contracts.ts';
import { HooklineError, isHooklineError, Unauthenticated } from '../errors.ts';
import type { FeedGap, FeedState } from './feed-options.ts';
import { type ReceivedEvent, readFrame } from './frames.ts';
import { createRecentIds } from './recent-ids.ts';
import { type ReconnectPolicy, reconnectDelayMs, reconnectPolicyAfter } from './reconnect-delay.ts';
import { watchWake } from './watch-wake.ts';

export interface FeedConnectionOptions {
  /** The address of the feed itself, `wss:` or `ws:`. */
  url: string;
  /** Undefined: the cookie of the browser's session. */
  token: KeySource | undefined;
  filters: readonly FeedFilter[];
  cursor: string | undefined;
  raw: boolean;
  reconnect: { firstDelayMs: number; longestDelayMs: number };
  /** Called once for each event, in order. `position` is still the one before the event. */
  onEvent: (event: ReceivedEvent, cursor: string) => void;
  onGap: (gap: FeedGap) => void;
  onStateChange: (state: FeedState) => void;
}

/** Follows the feed until it is closed, over one connection at a time. */
export interface FeedConnection {
  readonly state: FeedState;
  /** The position from which a new connection would continue. Undefined before the first acknowledgement. */
  readonly position: string | undefined;
  /** Ends the connection until `resume()`, which continues at the same position. */
  pause(): void;
  resume(): void;
  close(): void;
}

interface Subscription {
  id: string;
  filter: FeedFilter;
  /** Cursor of the last message since the acknowledgement. */
  cursor: string | undefined;
  acknowledged: boolean;
}

/** From connecting to `ready`. */
const CONNECT_TIMEOUT_MS = 15_000;
/** After a connection that was live this long, the next wait is a short one again. */
const GOOD_AFTER_MS = 10_000;
/** The close code of a token that has expired. */
const EXPIRED = 4110;
/**
 * Event ids to remember: more than the gateway sends again after a reconnect (1,000 for each of 20 filters).
 */
const REMEMBERED_IDS = 25_000;

/**
 * Connects, authenticates and subscribes. After every kind of failure it connects again and continues at its position.
 */
export function followFeed(options: FeedConnectionOptions): FeedConnection {
  const subscriptions: Subscription[] = options.filters.map((filter, index) => ({
    id: String(index + 1),
    filter,
    cursor: options.cursor,
    acknowledged: false,
  }));
  const seen = createRecentIds(REMEMBERED_IDS);

  let state: FeedState = { status: 'connecting' };
  let socket: WebSocket | undefined;
  let attempt = 0;
  let liveSince = 0;
  let lastFrameAt = 0;
  let silenceLimitMs = CONNECT_TIMEOUT_MS;
  /** What the gateway asked for before it closed the connection. */
  let byeDelayMs: number | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined;

  function setState(next: FeedState): void {
    state = next;
    options.onStateChange(next);
  }

  async function connect(): Promise<void> {
    if (state.status !== 'connecting') setState({ status: 'connecting' });
    const credential = await obtainToken();
    // Closed, paused or connected again while the token was awaited.
    if (credential === undefined || state.status !== 'connecting' || socket !== undefined) return;
    const { token } = credential;
    if (typeof WebSocket === 'undefined') {
      end(new HooklineError('feed_closed', 'This platform has no WebSocket: Node has it from version 22'));
      return;
    }

    const dialled = new WebSocket(options.url);
    socket = dialled;
    byeDelayMs = undefined;
    for (const subscription of subscriptions) subscription.acknowledged = false;
    lastFrameAt = performance.now();
    watchSilence(CONNECT_TIMEOUT_MS);
    dialled.addEventListener('open', () => {
      if (socket === dialled && token !== undefined) send({ type: 'authenticate', token });
    });
    dialled.addEventListener('message', ({ data }) => {
      if (socket !== dialled) return;
      lastFrameAt = performance.now();
      const messages = readFrame(data);
      if (messages === undefined) {
        dropSocket()?.close();
        scheduleReconnect('later', 'the gateway sent a frame that is not JSON');
        return;
      }
      for (const message of messages) {
        // A consumer may pause or close the feed in the middle of a frame.
        if (socket === dialled) receive(message);
      }
    });
    // Browsers do not tell pages why a connection failed. `close` follows with what is known.
    dialled.addEventListener('error', () => {});
    dialled.addEventListener('close', ({ code, reason }) => {
      if (socket !== dialled) return;
      dropSocket();
      onConnectionEnd(code, reason === '' ? `the connection ended with ${code}` : reason);
    });
  }

  /** @returns undefined when there is none now: the feed waits or has ended */
  async function obtainToken(): Promise<{ token: string | undefined } | undefined> {
    const { token } = options;
    try {
      return { token: typeof token === 'function' ? await token() : token };
    } catch (error) {
      if (isHooklineError(error) && error.name === 'FeedUnauthorizedError') end(error);
      else scheduleReconnect('later', `could not obtain a token: ${textOf(error)}`);
      return undefined;
    }
  }

  function onConnectionEnd(code: number, reason: string): void {
    const policy = reconnectPolicyAfter(code);
    if (policy === 'never') {
      const ErrorClass = code === 4001 ? Unauthenticated : HooklineError;
      end(
        new ErrorClass(code === 4001 ? 'unauthenticated' : 'feed_closed', reason, {
          details: { closeCode: code },
        }),
      );
    } else if (code === EXPIRED && typeof options.token === 'string') {
      end(
        new Unauthenticated(
          'unauthenticated',
          `${reason}: pass a function as the token, which obtains a new one`,
        ),
      );
    } else {
      scheduleReconnect(code === EXPIRED ? 'at_once' : policy, reason);
    }
  }

  function send(message: FeedClientMessage): void {
    // Between the close of a connection and its event, `send` would be ignored or throw.
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  function receive(message: FeedServerMessage): void {
    switch (message.type) {
      case 'ready':
        watchSilence(message.pingSeconds * 2_000);
        for (const { id, filter, cursor } of subscriptions) {
          send({
            type: 'subscribe',
            id,
            filter,
            ...(cursor === undefined ? {} : { cursor }),
            ...(options.raw ? { raw: true } : {}),
          });
        }
        return;
      case 'subscribed':
        acknowledge(message);
        return;
      case 'event':
        if (seen.add(message.event.id)) options.onEvent(message.event, message.cursor);
        moveOn(message.cursor);
        return;
      case 'ping':
        send({ type: 'pong' });
        moveOn(message.cursor);
        return;
      case 'expiring':
        void renewToken(socket);
        return;
      case 'bye':
        byeDelayMs = message.reconnectMs;
        return;
      case 'error':
        end(
          new HooklineError(message.code === 'forbidden' ? 'forbidden' : 'invalid_request', message.message),
        );
        return;
      case 'authenticated':
      case 'unsubscribed':
        return;
    }
  }

  function acknowledge(message: Extract<FeedServerMessage, { type: 'subscribed' }>): void {
    const subscription = subscriptions.find(({ id }) => id === message.id);
    if (!subscription) return;
    subscription.acknowledged = true;
    moveOn(message.cursor);
    if (message.gap) options.onGap({ reason: message.gap.reason, filter: subscription.filter });
    if (state.status === 'connecting' && subscriptions.every(({ acknowledged }) => acknowledged)) {
      liveSince = performance.now();
      setState({ status: 'live' });
    }
  }

  /**
   * Moves every acknowledged subscription to this cursor, even if another cursor was higher: while one subscription
   * is sent its missed events, all of them are at that position.
   */
  function moveOn(cursor: string): void {
    for (const subscription of subscriptions) if (subscription.acknowledged) subscription.cursor = cursor;
  }

  /** Extends the session. When that fails, the gateway closes the connection and the next one obtains a token. */
  async function renewToken(current: WebSocket | undefined): Promise<void> {
    if (typeof options.token !== 'function') return;
    try {
      const token = await options.token();
      if (socket === current) send({ type: 'authenticate', token });
    } catch (error) {
      if (isHooklineError(error) && error.name === 'FeedUnauthorizedError') end(error);
    }
  }

  function watchSilence(limitMs: number): void {
    clearTimeout(silenceTimer);
    silenceLimitMs = limitMs;
    const check = () => {
      const restMs = lastFrameAt + limitMs - performance.now();
      if (restMs > 0) silenceTimer = setTimeout(check, restMs);
      else leaveSilentConnection();
    };
    silenceTimer = setTimeout(check, limitMs);
  }

  function leaveSilentConnection(): void {
    // The other side may never answer, so its close event is not awaited.
    dropSocket()?.close();
    scheduleReconnect('later', `nothing was received for ${Math.round(silenceLimitMs / 1_000)} s`);
  }

  function scheduleReconnect(policy: Exclude<ReconnectPolicy, 'never'>, reason: string): void {
    if (state.status === 'closed' || state.status === 'paused') return;
    if (liveSince > 0 && performance.now() - liveSince >= GOOD_AFTER_MS) attempt = 0;
    liveSince = 0;
    const delayMs = Math.round(
      byeDelayMs ?? reconnectDelayMs(policy, attempt, options.reconnect, Math.random()),
    );
    attempt++;
    setState({ status: 'waiting', delayMs, reason });
    // The listener may have closed or paused the feed.
    if (isWaiting()) reconnectTimer = setTimeout(() => void connect(), delayMs);
  }

  const isWaiting = () => state.status === 'waiting';

  /** After sleep a waiting feed connects now, and a connection that should have pinged is given up. */
  function wake(): void {
    if (isWaiting()) {
      clearTimeout(reconnectTimer);
      void connect();
    } else if (socket !== undefined && performance.now() - lastFrameAt > silenceLimitMs / 2 + 1_000) {
      clearTimeout(silenceTimer);
      dropSocket()?.close();
      setState({ status: 'connecting' });
      void connect();
    }
  }

  function dropSocket(): WebSocket | undefined {
    const dropped = socket;
    socket = undefined;
    clearTimeout(silenceTimer);
    return dropped;
  }

  function end(error: HooklineError | undefined): void {
    if (state.status === 'closed') return;
    stopWatching();
    clearTimeout(reconnectTimer);
    dropSocket()?.close(1000);
    setState({ status: 'closed', reason: error?.message ?? 'close() was called', error });
  }

  const stopWatching = watchWake(wake);
  void connect();
  return {
    get state() {
      return state;
    },
    get position() {
      // While some subscriptions are not acknowledged, one of these is the furthest behind.
      const behind = subscriptions.find(({ acknowledged }) => !acknowledged) ?? subscriptions[0];
      return behind?.cursor;
    },
    pause() {
      if (state.status === 'closed' || state.status === 'paused') return;
      clearTimeout(reconnectTimer);
      dropSocket()?.close(1000);
      setState({ status: 'paused' });
    },
    resume() {
      if (state.status === 'paused') void connect();
    },
    close: () => end(undefined),
  };
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
