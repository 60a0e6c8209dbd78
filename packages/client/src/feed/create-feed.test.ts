import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { FeedUnauthorizedError, isHooklineError } from '../errors.ts';
import { createFeed } from './create-feed.ts';
import type { Feed, FeedEvent, FeedGap, FeedOptions, FeedState } from './feed-options.ts';

type Message = Record<string, unknown>;

/** One connection as a test of the client plays the gateway. */
interface Peer {
  send: (message: unknown) => void;
  event: (sequence: number, type?: string) => void;
  close: (code: number, reason?: string) => void;
}

interface Script {
  /** Default: answers `ready`. */
  onToken?: (peer: Peer, token: string, connection: number) => void;
  /** Default: answers `subscribed` at the client's cursor, or at 0. */
  onSubscribe?: (peer: Peer, message: { id: string; cursor?: string }, connection: number) => void;
}

const ready = { type: 'ready', cursor: 'k-0', pingSeconds: 25 };

const eventFrame = (sequence: number, type = 'order.paid') => ({
  type: 'event',
  cursor: `k-${sequence}`,
  ids: ['1'],
  event: { id: `evt_${sequence}`, type, data: { total: sequence } },
});

/** The other side of a feed: each test says what it answers. */
async function startPeer({ onToken, onSubscribe }: Script = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const received: Message[] = [];
  const peers: Peer[] = [];
  server.on('connection', (socket: WebSocket) => {
    const connection = peers.length + 1;
    const peer: Peer = {
      send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      event: (sequence, type) => peer.send(eventFrame(sequence, type)),
      close: (code, reason) => socket.close(code, reason),
    };
    peers.push(peer);
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message & { id: string; cursor?: string };
      received.push(message);
      if (message['type'] === 'authenticate') {
        if (onToken) onToken(peer, String(message['token']), connection);
        else peer.send(ready);
      } else if (message['type'] === 'subscribe') {
        if (onSubscribe) onSubscribe(peer, message, connection);
        else peer.send({ type: 'subscribed', id: message.id, cursor: message.cursor ?? 'k-0', replayed: 0 });
      }
    });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const feeds: Feed[] = [];
  onTestFinished(() => {
    for (const feed of feeds) feed.close();
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return {
    url,
    received,
    peers,
    /** The peer of the n-th connection, from 1. */
    peer: (connection = 1) => peers[connection - 1] as Peer,
    follow(options: FeedOptions = {}) {
      const states: FeedState[] = [];
      const gaps: FeedGap[] = [];
      const feed = createFeed(
        { url, key: 'hl_x' },
        { reconnect: { firstDelayMs: 10, longestDelayMs: 50 }, ...options },
      );
      feeds.push(feed);
      feed.on('state', (state) => states.push(state));
      feed.on('gap', (gap) => gaps.push(gap));
      return { feed, states, gaps };
    },
  };
}

/** Waits for what the other side of a socket does. */
const until = (isTrue: () => boolean) => expect.poll(isTrue, { timeout: 30_000, interval: 5 }).toBe(true);

async function takeSome(feed: Feed, count: number): Promise<FeedEvent[]> {
  const iterator = feed[Symbol.asyncIterator]();
  const events: FeedEvent[] = [];
  while (events.length < count) {
    const { value, done } = await iterator.next();
    if (done) break;
    events.push(value);
  }
  return events;
}

const sequences = (events: readonly FeedEvent[]) => events.map(({ id }) => Number(id.slice(4)));

/** What is thrown where nobody catches it, until the end of the test. */
function collectUncaught(): unknown[] {
  const uncaught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  });
  return uncaught;
}

test('a loop gets each event once and in order, single or in a batch, across reconnects', async () => {
  const peer = await startPeer({
    onSubscribe(each, { id, cursor }, connection) {
      each.send({ type: 'subscribed', id, cursor: cursor ?? 'k-0', replayed: 0 });
      if (connection === 1) {
        each.send([eventFrame(1), eventFrame(2)]);
        each.event(3);
        each.close(4200);
      } else {
        each.event(3);
        each.send([eventFrame(3), eventFrame(4)]);
      }
    },
  });
  const { feed } = peer.follow({ filter: { eventType: 'order.*' } });
  expect(sequences(await takeSome(feed, 4))).toEqual([1, 2, 3, 4]);
  const subscribed = peer.received.filter(({ type }) => type === 'subscribe');
  expect(subscribed).toEqual([
    { type: 'subscribe', id: '1', filter: { eventType: 'order.*' } },
    { type: 'subscribe', id: '1', filter: { eventType: 'order.*' }, cursor: 'k-3' },
  ]);
});

test('the cursor stays before an event until the loop asks for the next one', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow({ cursor: 'k-5' });
  const iterator = feed[Symbol.asyncIterator]();
  await feed.live();
  expect(feed.cursor).toBe('k-5');
  for (const sequence of [6, 7]) peer.peer().event(sequence);
  peer.peer().send({ type: 'ping', cursor: 'k-9' });
  expect((await iterator.next()).value?.cursor).toBe('k-6');
  await until(() => peer.received.some(({ type }) => type === 'pong'));
  expect(feed.cursor).toBe('k-5');
  expect((await iterator.next()).value?.cursor).toBe('k-7');
  expect(feed.cursor).toBe('k-6');
  void iterator.next();
  expect(feed.cursor).toBe('k-9');
});

test('a listener gets the events of its pattern, until it is taken off', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  const [paid, github, all]: number[][] = [[], [], []];
  const off = feed.on('order.paid', ({ id }) => paid?.push(Number(id.slice(4))));
  feed.on('push', ({ id }) => github?.push(Number(id.slice(4))));
  feed.on('*', ({ id }) => all?.push(Number(id.slice(4))));
  await feed.live();
  peer.peer().send([eventFrame(1), eventFrame(2, 'github.push'), eventFrame(3, 'order.paid.late')]);
  await until(() => all?.length === 3);
  expect(feed.cursor).toBe('k-3');
  off();
  peer.peer().event(4);
  await until(() => all?.length === 4);
  expect([paid, github, all]).toEqual([[1, 3], [2], [1, 2, 3, 4]]);
});

test('events that arrive before the first listener are kept for it', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  await feed.live();
  peer.peer().send([eventFrame(1), eventFrame(2)]);
  peer.peer().send({ type: 'ping', cursor: 'k-2' });
  await until(() => peer.received.some(({ type }) => type === 'pong'));
  expect(feed.cursor).toBe('k-0');
  const ids: string[] = [];
  feed.on('order.paid', ({ id }) => ids.push(id));
  await until(() => ids.length === 2);
  expect([ids, feed.cursor]).toEqual([['evt_1', 'evt_2'], 'k-2']);
});

test('a slow consumer has 1,000 events held: the feed pauses, and continues after the last one that it holds', async () => {
  const peer = await startPeer({
    onSubscribe(each, { id, cursor }) {
      const start = Number((cursor ?? 'k-0').slice(2));
      each.send({ type: 'subscribed', id, cursor: cursor ?? 'k-0', replayed: 0 });
      for (let sequence = start + 1; sequence <= Math.min(start + 1_500, 2_500); sequence++)
        each.event(sequence);
    },
  });
  const { feed, states, gaps } = peer.follow();
  await until(() => feed.state.status === 'paused');
  const events = await takeSome(feed, 2_500);
  expect(sequences(events)).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  const resumedAt = peer.received.filter(({ type }) => type === 'subscribe').map(({ cursor }) => cursor);
  expect(resumedAt.slice(0, 2)).toEqual([undefined, 'k-1000']);
  expect(states.some(({ status }) => status === 'paused')).toBe(true);
  expect(gaps).toEqual([]);
});

test('a gap is told with its reason and its filter', async () => {
  const peer = await startPeer({
    onSubscribe: (each, { id }) =>
      each.send({ type: 'subscribed', id, cursor: 'k-9', replayed: 0, gap: { reason: 'too_many' } }),
  });
  const { feed, gaps } = peer.follow({ filter: [{ provider: 'github' }, { provider: 'stripe' }] });
  await feed.live();
  expect(gaps).toEqual([
    { reason: 'too_many', filter: { provider: 'github' } },
    { reason: 'too_many', filter: { provider: 'stripe' } },
  ]);
  expect(feed.cursor).toBe('k-9');
});

test('leaving a loop closes the feed, and close() ends a loop after the events that are held', async () => {
  const peer = await startPeer();
  const left = peer.follow().feed;
  await left.live();
  peer.peer().event(1);
  for await (const event of left) {
    expect(event.id).toBe('evt_1');
    break;
  }
  expect(left.state).toEqual({ status: 'closed', reason: 'close() was called', error: undefined });
  expect(left.cursor).toBe('k-1');

  const closed = peer.follow().feed;
  await closed.live();
  peer.peer(2).event(2);
  peer.peer(2).send({ type: 'ping', cursor: 'k-2' });
  await until(() => peer.received.some(({ type }) => type === 'pong'));
  closed.close();
  const rest: FeedEvent[] = [];
  for await (const event of closed) rest.push(event);
  expect(sequences(rest)).toEqual([2]);
});

test('a refused key closes the feed: the loop and live() reject', async () => {
  const peer = await startPeer({ onToken: (each) => each.close(4001, 'the API key is not valid') });
  const { feed } = peer.follow();
  const refusal = { name: 'Unauthenticated', code: 'unauthenticated', message: 'the API key is not valid' };
  await expect(feed.live()).rejects.toMatchObject(refusal);
  await expect(takeSome(feed, 1)).rejects.toMatchObject(refusal);
  expect(feed.state).toMatchObject({ status: 'closed', reason: 'the API key is not valid' });
  expect(peer.peers).toHaveLength(1);
});

test('a refusal that listeners alone would not notice is thrown as uncaught; a listener of the state is told instead', async () => {
  const peer = await startPeer({ onToken: (each) => each.close(4001, 'the API key is not valid') });
  const uncaught = collectUncaught();
  const { feed, states } = peer.follow();
  feed.on('*', () => {});
  await until(() => states.some(({ status }) => status === 'closed'));
  expect(uncaught).toEqual([]);

  const silent = createFeed({ url: peer.url, key: 'hl_x' }, {});
  silent.on('*', () => {});
  await until(() => uncaught.length === 1);
  expect(uncaught[0]).toMatchObject({ name: 'Unauthenticated', message: 'the API key is not valid' });
});

test('a refused filter closes the feed with the message of the gateway', async () => {
  const peer = await startPeer({
    onSubscribe: (each, { id }) =>
      each.send({ type: 'error', code: 'forbidden', message: 'userId must be your own', id }),
  });
  await expect(peer.follow().feed.live()).rejects.toMatchObject({
    code: 'forbidden',
    message: 'userId must be your own',
  });
});

test('a token function that throws FeedUnauthorizedError closes the feed; any other error is tried again', async () => {
  const peer = await startPeer();
  let calls = 0;
  const token = async () => {
    calls++;
    if (calls < 3) throw new Error('the identity provider is down');
    return 'fresh';
  };
  const { feed, states } = peer.follow({ token });
  await feed.live();
  expect(peer.received[0]).toEqual({ type: 'authenticate', token: 'fresh' });
  expect(states.filter(({ status }) => status === 'waiting')).toMatchObject([
    { reason: 'could not obtain a token: the identity provider is down' },
    { reason: 'could not obtain a token: the identity provider is down' },
  ]);

  const ended = peer.follow({
    token: () => {
      throw new FeedUnauthorizedError('signed out');
    },
  }).feed;
  await expect(ended.live()).rejects.toMatchObject({ name: 'FeedUnauthorizedError', message: 'signed out' });
});

test('an expired token is replaced: by the function before and after its end, and a fixed token closes the feed', async () => {
  const tokens: string[] = [];
  const peer = await startPeer({
    onToken(each, token) {
      tokens.push(token);
      each.send(tokens.length === 2 ? { type: 'authenticated' } : ready);
      if (tokens.length === 1) each.send({ type: 'expiring', inSeconds: 30 });
      if (tokens.length === 2) each.close(4110, 'the token has expired');
    },
  });
  let calls = 0;
  const { feed } = peer.follow({ token: () => `token ${++calls}` });
  await until(() => tokens.length === 3 && feed.state.status === 'live');
  expect(tokens).toEqual(['token 1', 'token 2', 'token 3']);

  const strict = await startPeer({ onToken: (each) => each.close(4110, 'the token has expired') });
  const error = await strict
    .follow()
    .feed.live()
    .catch((e: unknown) => e);
  expect(isHooklineError(error)).toBe(true);
  expect((error as Error).message).toBe(
    'the token has expired: pass a function as the token, which obtains a new one',
  );
});

test('the wait before the next connection is the one that the gateway asks for', async () => {
  const peer = await startPeer({
    onSubscribe(each, { id }, connection) {
      each.send({ type: 'subscribed', id, cursor: 'k-0', replayed: 0 });
      if (connection > 1) return;
      each.send({ type: 'bye', code: 4200, reconnectMs: 123 });
      each.close(4200, 'restarting');
    },
  });
  const { states } = peer.follow();
  await until(() => peer.peers.length === 2);
  expect(states).toContainEqual({ status: 'waiting', delayMs: 123, reason: 'restarting' });
});

test('a silent gateway is left, and so is one that sends no JSON', async () => {
  const silent = await startPeer({ onToken: (each) => each.send({ ...ready, pingSeconds: 0.05 }) });
  const first = silent.follow();
  await until(() => silent.peers.length >= 2);
  expect(first.states).toContainEqual({
    status: 'waiting',
    delayMs: expect.any(Number),
    reason: 'nothing was received for 0 s',
  });

  const broken = await startPeer({
    onToken: (each, _token, connection) => each.send(connection === 1 ? '<html>' : ready),
  });
  const second = broken.follow();
  await second.feed.live();
  expect(second.states).toContainEqual({
    status: 'waiting',
    delayMs: expect.any(Number),
    reason: 'the gateway sent a frame that is not JSON',
  });
});

test('messages of an unknown type, and values that are no messages, are ignored', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  await feed.live();
  peer.peer().send([null, 1, { type: 'news' }, eventFrame(1)]);
  expect(sequences(await takeSome(feed, 1))).toEqual([1]);
});

test('a page that becomes visible again, or is online again, connects at once', async () => {
  const browser = globalThis as unknown as Record<string, unknown>;
  const listeners = new Map<string, () => void>();
  const on = (type: string, listener: () => void) => void listeners.set(type, listener);
  const off = (type: string) => void listeners.delete(type);
  browser['addEventListener'] = on;
  browser['removeEventListener'] = off;
  browser['document'] = { visibilityState: 'visible', addEventListener: on, removeEventListener: off };
  onTestFinished(() => {
    for (const name of ['addEventListener', 'removeEventListener', 'document']) delete browser[name];
  });
  const peer = await startPeer({
    onToken: (each, _token, connection) => (connection < 3 ? each.close(1013) : each.send(ready)),
  });
  const { feed } = peer.follow({ reconnect: { firstDelayMs: 3_600_000, longestDelayMs: 3_600_000 } });
  await until(() => feed.state.status === 'waiting');
  listeners.get('online')?.();
  await until(() => peer.peers.length === 2 && feed.state.status === 'waiting');
  listeners.get('visibilitychange')?.();
  await feed.live();
  feed.close();
  expect(listeners.size).toBe(0);
});

test('an error of a listener is reported as uncaught and stops neither the feed nor the other listeners', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  const ids: string[] = [];
  feed.on('*', () => {
    throw new Error('a bug of the program');
  });
  feed.on('*', ({ id }) => ids.push(id));
  const uncaught = collectUncaught();
  await feed.live();
  peer.peer().send([eventFrame(1), eventFrame(2)]);
  await until(() => ids.length === 2 && uncaught.length === 2);
  expect(uncaught[0]).toMatchObject({ message: 'a bug of the program' });
});

test('listeners beside a loop get the same events', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  const iterator = feed[Symbol.asyncIterator]();
  const heard: string[] = [];
  feed.on('*', ({ id }) => heard.push(id));
  await feed.live();
  peer.peer().send([eventFrame(1), eventFrame(2)]);
  const looped = [await iterator.next(), await iterator.next()].map(({ value }) => value?.id);
  expect([looped, heard]).toEqual([
    ['evt_1', 'evt_2'],
    ['evt_1', 'evt_2'],
  ]);
});

test('a loop gets the event at which a listener closes the feed, and ends', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  const iterator = feed[Symbol.asyncIterator]();
  feed.on('*', () => feed.close());
  await feed.live();
  const first = iterator.next();
  peer.peer().send([eventFrame(1), eventFrame(2)]);
  expect((await first).value?.id).toBe('evt_1');
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test('a listener may close the feed in the middle of a frame: nothing arrives after that', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  const heard: string[] = [];
  feed.on('*', ({ id }) => {
    heard.push(id);
    feed.close();
  });
  await feed.live();
  peer.peer().send([eventFrame(1), eventFrame(2)]);
  await until(() => feed.state.status === 'closed');
  expect([heard, feed.cursor]).toEqual([['evt_1'], 'k-1']);
});

test('a feed with raw asks for the bytes of the payload', async () => {
  const peer = await startPeer();
  await peer.follow({ raw: true }).feed.live();
  expect(peer.received[1]).toEqual({ type: 'subscribe', id: '1', filter: {}, raw: true });
});

test('a feed has one loop', async () => {
  const peer = await startPeer();
  const { feed } = peer.follow();
  feed[Symbol.asyncIterator]();
  expect(() => feed[Symbol.asyncIterator]()).toThrow('The feed has a loop already');
});
