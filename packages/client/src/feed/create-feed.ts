import type { ClientOptions } from '../client-options.ts';
import { HooklineError } from '../errors.ts';
import { followFeed } from './feed-connection.ts';
import type { Feed, FeedEvent, FeedGap, FeedOptions, FeedState, Off } from './feed-options.ts';
import { toFeedUrl } from './feed-url.ts';
import { matchesPattern } from './matches-pattern.ts';

/** Events that are held for the consumer before the feed pauses. As many as the gateway sends again. */
const MAX_HELD_EVENTS = 1_000;
const DEFAULT_RECONNECT = { firstDelayMs: 500, longestDelayMs: 30_000 };

type Listener<Value> = (value: Value) => void;
type ClosedState = Extract<FeedState, { status: 'closed' }>;

interface Waiter<Value> {
  resolve: (value: Value) => void;
  reject: (error: Error) => void;
}

/** The feed as consumers see it: a loop or listeners on top of a connection that follows the gateway. */
export function createFeed(client: Pick<ClientOptions, 'url' | 'key'>, options: FeedOptions): Feed {
  const held: FeedEvent[] = [];
  const gapListeners = new Set<Listener<FeedGap>>();
  const stateListeners = new Set<Listener<FeedState>>();
  const eventListeners = new Set<{ pattern: string; listener: Listener<FeedEvent> }>();
  const liveWaiters: Waiter<void>[] = [];
  /** The loop that waits for the next event. */
  let nextWaiter: Waiter<IteratorResult<FeedEvent>> | undefined;
  let isIterated = false;
  /** The position before the first event that is not handled yet. Undefined: all are handled. */
  let unhandledFrom: { cursor: string | undefined } | undefined;
  /** The event that the loop is working on. */
  let current: FeedEvent | undefined;

  const filters = options.filter === undefined ? [{}] : [options.filter].flat();
  const connection = followFeed({
    url: toFeedUrl(client.url),
    token: options.token ?? client.key,
    filters,
    cursor: options.cursor,
    raw: options.raw ?? false,
    reconnect: options.reconnect ?? DEFAULT_RECONNECT,
    onEvent: (event, cursor) => take({ ...event, cursor }),
    onGap: (gap) => tell(gapListeners, gap),
    onStateChange,
  });

  function take(event: FeedEvent): void {
    unhandledFrom ??= { cursor: connection.position };
    const isForListenersAlone = eventListeners.size > 0 && !isIterated;
    // Before the listeners are called: one of them may close the feed.
    if (!isForListenersAlone) keepForLoop(event);
    dispatch(event);
    if (isForListenersAlone) unhandledFrom = undefined;
  }

  function keepForLoop(event: FeedEvent): void {
    if (nextWaiter) {
      settleNext({ value: event });
      return;
    }
    held.push(event);
    if (held.length >= MAX_HELD_EVENTS) connection.pause();
  }

  function dispatch(event: FeedEvent): void {
    for (const { pattern, listener } of [...eventListeners]) {
      if (matchesPattern(pattern, event.type)) callListener(listener, event);
    }
  }

  function settleNext(result: { value: FeedEvent } | { end: HooklineError | undefined }): void {
    const waiter = nextWaiter;
    nextWaiter = undefined;
    if ('value' in result) {
      current = result.value;
      waiter?.resolve({ done: false, value: result.value });
    } else if (result.end) {
      waiter?.reject(result.end);
    } else {
      waiter?.resolve({ done: true, value: undefined });
    }
  }

  function onStateChange(state: FeedState): void {
    if (state.status === 'live') for (const { resolve } of liveWaiters.splice(0)) resolve();
    if (state.status === 'closed') onClosed(state);
    tell(stateListeners, state);
  }

  function onClosed(state: ClosedState): void {
    const isTold = liveWaiters.length > 0 || isIterated || stateListeners.size > 0;
    for (const { reject } of liveWaiters.splice(0)) reject(closedError(state));
    settleNext({ end: state.error });
    const { error } = state;
    // Listeners alone would wait for ever without a word.
    if (error && !isTold && eventListeners.size > 0) throwUncaught(error);
  }

  /** The loop has finished with its event. */
  function finishCurrent(): void {
    if (current === undefined) return;
    unhandledFrom = held.length === 0 ? undefined : { cursor: current.cursor };
    current = undefined;
  }

  function next(): Promise<IteratorResult<FeedEvent>> {
    finishCurrent();
    const event = held.shift();
    if (event) {
      current = event;
      if (held.length === 0) connection.resume();
      return Promise.resolve({ done: false, value: event });
    }
    const { state } = connection;
    if (state.status === 'closed') {
      return state.error ? Promise.reject(state.error) : Promise.resolve({ done: true, value: undefined });
    }
    if (nextWaiter)
      return Promise.reject(new TypeError('A loop takes one event at a time: await each next()'));
    return new Promise((resolve, reject) => {
      nextWaiter = { resolve, reject };
    });
  }

  /** Gives the listeners what was held before there were any. */
  function dispatchHeld(): void {
    if (isIterated || eventListeners.size === 0) return;
    for (const event of held.splice(0)) dispatch(event);
    unhandledFrom = undefined;
    connection.resume();
  }

  const feed: Feed = {
    get state() {
      return connection.state;
    },
    get cursor() {
      return unhandledFrom ? unhandledFrom.cursor : connection.position;
    },
    on(name: string, listener: Listener<never>): Off {
      if (name === 'gap') return subscribe(gapListeners, listener as Listener<FeedGap>);
      if (name === 'state') return subscribe(stateListeners, listener as Listener<FeedState>);
      const off = subscribe(eventListeners, { pattern: name, listener: listener as Listener<FeedEvent> });
      // Not now: the caller may be about to add further listeners.
      if (held.length > 0) queueMicrotask(dispatchHeld);
      return off;
    },
    live() {
      const { state } = connection;
      if (state.status === 'live') return Promise.resolve();
      if (state.status === 'closed') return Promise.reject(closedError(state));
      return new Promise((resolve, reject) => liveWaiters.push({ resolve, reject }));
    },
    close: () => connection.close(),
    [Symbol.asyncIterator]() {
      if (isIterated) throw new TypeError('The feed has a loop already');
      isIterated = true;
      return {
        next,
        return() {
          finishCurrent();
          connection.close();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
  return feed;
}

function subscribe<Member>(members: Set<Member>, member: Member): Off {
  members.add(member);
  return () => void members.delete(member);
}

function tell<Value>(listeners: ReadonlySet<Listener<Value>>, value: Value): void {
  for (const listener of [...listeners]) callListener(listener, value);
}

/** An error of a listener is the program's own: it is reported as uncaught, and the other listeners are called. */
function callListener<Value>(listener: Listener<Value>, value: Value): void {
  try {
    listener(value);
  } catch (error) {
    throwUncaught(error);
  }
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

const closedError = ({ reason, error }: ClosedState) =>
  error ?? new HooklineError('feed_closed', `The feed is closed: ${reason}`);
