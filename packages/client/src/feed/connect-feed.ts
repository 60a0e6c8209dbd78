import type { FeedClientMessage, FeedFilter, FeedServerFrame, FeedServerMessage } from '@hookline/contracts';
import { WebSocket } from '#web-socket';
import type { Feed, FeedOptions, FeedState } from './feed-options.ts';
import { toFeedUrl } from './feed-url.ts';
import { createRecentIds } from './recent-ids.ts';
import { type ReconnectPolicy, reconnectDelayMs, reconnectPolicyAfter } from './reconnect-delay.ts';
import type { WebSocketLike } from './web-socket-like.ts';

interface Subscription {
  id: string;
  filter: FeedFilter;
  /** Cursor of the last frame since the acknowledgement. */
  cursor: string | undefined;
  acknowledged: boolean;
}

const DEFAULT_RECONNECT = { firstDelayMs: 500, longestDelayMs: 30_000 };
/** From connecting to `ready`. */
const CONNECT_TIMEOUT_MS = 15_000;
/** After a connection that was live this long, the next wait is a short one again. */
const GOOD_AFTER_MS = 10_000;
/**
 * Event ids to remember: more than the gateway sends again after a reconnect (1,000 for each of 20 filters).
 */
const REMEMBERED_IDS = 25_000;

/**
 * Follows the feed until `close()`: connects, authenticates and subscribes. After every kind of connection failure it
 * reconnects and continues at its cursor. Each event is passed on once.
 */
export function connectFeed(options: FeedOptions): Feed {
  const url = toFeedUrl(options.url);
  const limits = options.reconnect ?? DEFAULT_RECONNECT;
  const filters = options.filters ?? [options.filter ?? {}];
  const subscriptions: Subscription[] = filters.map((filter, index) => ({
    id: String(index + 1),
    filter,
    cursor: options.cursor,
    acknowledged: false,
  }));
  const seen = createRecentIds(REMEMBERED_IDS);
  const waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];

  let state: FeedState = { status: 'connecting' };
  let socket: WebSocketLike | undefined;
  let attempt = 0;
  let liveSince = 0;
  let lastFrameAt = 0;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined;

  const isClosed = () => state.status === 'closed';

  function setState(next: FeedState): void {
    state = next;
    if (next.status === 'live') for (const { resolve } of waiters.splice(0)) resolve();
    if (next.status === 'closed') {
      for (const { reject } of waiters.splice(0)) reject(new Error(`The feed is closed: ${next.reason}`));
    }
    options.onStateChange?.(next);
  }

  async function connect(): Promise<void> {
    if (state.status !== 'connecting') setState({ status: 'connecting' });
    let token: string;
    try {
      token = typeof options.token === 'string' ? options.token : await options.token();
    } catch (error) {
      scheduleReconnect(
        'later',
        `could not obtain a token: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
    if (isClosed()) return;

    const dialled = new WebSocket(url);
    socket = dialled;
    for (const subscription of subscriptions) subscription.acknowledged = false;
    lastFrameAt = performance.now();
    watchSilence(CONNECT_TIMEOUT_MS);
    dialled.addEventListener('open', () => {
      if (socket === dialled) send({ type: 'authenticate', token });
    });
    dialled.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as FeedServerFrame;
      // A message may end the connection.
      for (const message of Array.isArray(frame) ? frame : [frame]) if (socket === dialled) receive(message);
    });
    // Browsers do not tell pages why a connection failed. `close` follows with what is known.
    dialled.addEventListener('error', () => {});
    dialled.addEventListener('close', ({ code, reason }) => {
      if (socket !== dialled) return;
      dropSocket();
      const policy = reconnectPolicyAfter(code);
      const text = reason === '' ? `the connection ended with ${code}` : reason;
      if (policy === 'never') setState({ status: 'closed', code, reason: text });
      else scheduleReconnect(policy, text);
    });
  }

  function send(message: FeedClientMessage): void {
    socket?.send(JSON.stringify(message));
  }

  function receive(message: FeedServerMessage): void {
    lastFrameAt = performance.now();
    switch (message.type) {
      case 'ready':
        watchSilence(message.pingSeconds * 2_000);
        for (const { id, filter, cursor } of subscriptions) {
          send({ type: 'subscribe', id, filter, ...(cursor === undefined ? {} : { cursor }) });
        }
        return;
      case 'subscribed':
        acknowledge(message);
        return;
      case 'event':
        if (seen.add(message.event.id)) options.onEvent(message.event, { cursor: message.cursor });
        moveOn(message.cursor);
        return;
      case 'ping':
        send({ type: 'pong' });
        moveOn(message.cursor);
        return;
      case 'error':
        end(message.message);
        return;
      case 'authenticated':
      case 'expiring':
      case 'bye':
      case 'unsubscribed':
        return;
    }
  }

  function acknowledge(message: Extract<FeedServerMessage, { type: 'subscribed' }>): void {
    const subscription = subscriptions.find(({ id }) => id === message.id);
    if (!subscription) return;
    subscription.acknowledged = true;
    moveOn(message.cursor);
    if (message.gap) options.onGap?.({ reason: message.gap.reason, filter: subscription.filter });
    if (state.status !== 'live' && subscriptions.every(({ acknowledged }) => acknowledged)) {
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

  function watchSilence(limitMs: number): void {
    clearTimeout(silenceTimer);
    const check = () => {
      const restMs = lastFrameAt + limitMs - performance.now();
      if (restMs > 0) {
        silenceTimer = setTimeout(check, restMs);
        return;
      }
      cutOff();
      scheduleReconnect('later', `nothing was received for ${Math.round(limitMs / 1_000)} s`);
    };
    silenceTimer = setTimeout(check, limitMs);
  }

  function scheduleReconnect(policy: Exclude<ReconnectPolicy, 'never'>, reason: string): void {
    if (isClosed()) return;
    if (liveSince > 0 && performance.now() - liveSince >= GOOD_AFTER_MS) attempt = 0;
    liveSince = 0;
    const delayMs = Math.round(reconnectDelayMs(policy, attempt, limits, Math.random()));
    attempt++;
    setState({ status: 'waiting', delayMs, reason });
    // The listener may have closed the feed.
    if (!isClosed()) reconnectTimer = setTimeout(() => void connect(), delayMs);
  }

  function dropSocket(): WebSocketLike | undefined {
    const dropped = socket;
    socket = undefined;
    clearTimeout(silenceTimer);
    return dropped;
  }

  /** Ends the connection without waiting for the other side. */
  function cutOff(): void {
    const silent = dropSocket();
    if (silent?.terminate) silent.terminate();
    else silent?.close();
  }

  function end(reason: string): void {
    if (isClosed()) return;
    clearTimeout(reconnectTimer);
    dropSocket()?.close(1000);
    setState({ status: 'closed', reason });
  }

  void connect();
  return {
    get state() {
      return state;
    },
    get cursor() {
      // While some subscriptions are not acknowledged, one of these is the furthest behind.
      const behind = subscriptions.find(({ acknowledged }) => !acknowledged) ?? subscriptions[0];
      return behind?.cursor;
    },
    live() {
      if (state.status === 'live') return Promise.resolve();
      if (state.status === 'closed') return Promise.reject(new Error(`The feed is closed: ${state.reason}`));
      return new Promise((resolve, reject) => waiters.push({ resolve, reject }));
    },
    close: () => end('close() was called'),
  };
}
