import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createClient, type Feed, type FeedGap, type FeedOptions, type FeedState } from '@hookline/client';
import {
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;
const feeds: Feed[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  source = await createTestPublisher(nats.url);
});

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

function follow({ url = gateway.url, ...options }: FeedOptions & { url?: string } = {}) {
  const record = { ids: [] as string[], gaps: [] as FeedGap[], states: [] as FeedState[] };
  const feed = createClient({ url, key: OPERATOR_KEY }).feed({
    reconnect: { firstDelayMs: 20, longestDelayMs: 200 },
    ...options,
  });
  feed.on('*', ({ id }) => record.ids.push(id));
  feed.on('gap', (gap) => record.gaps.push(gap));
  feed.on('state', (state) => record.states.push(state));
  feeds.push(feed);
  return { feed, ...record };
}

/** A TCP proxy in front of the gateway, whose connections can be destroyed. */
async function startCuttableProxy(
  target: string,
): Promise<{ url: string; cut: () => void; close: () => void }> {
  const { port } = new URL(target);
  const sockets = new Set<Socket>();
  const server: Server = createServer((inner) => {
    const outer = connect(Number(port), '127.0.0.1');
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
}

test('a live feed gets every published event', async () => {
  const { feed, ids, states } = follow();
  await feed.live();
  const published = [await source.publish(), await source.publish()];
  await until(() => ids.length === 2);
  expect(ids).toEqual(published);
  expect(states.map(({ status }) => status)).toEqual(['live']);
});

test.each([
  ['one filter', { userId: 'cut' }],
  [
    'several',
    [{ userId: 'cut' }, { userId: 'cut', eventType: 'github.*' }, { userId: 'cut', provider: 'github' }],
  ],
])('connections that break again and again lose nothing and repeat nothing: %s', async (_, filter) => {
  const proxy = await startCuttableProxy(gateway.url);
  const { feed, ids, gaps } = follow({ url: proxy.url, filter });
  await feed.live();
  const published: string[] = [];
  let going = true;
  const flow = (async () => {
    while (going) {
      // A filter whose turn never comes before the next cut stays where it was: all in all there must be no more than
      // is replayed at once, or it is rightly told of a gap.
      await until(() => published.length - ids.length < 40 || !going);
      published.push(await source.publish({ tenant: 'cut' }));
    }
  })();
  for (let round = 0; round < 10; round++) {
    const before = ids.length;
    await until(() => ids.length >= before + 20);
    proxy.cut();
  }
  going = false;
  await flow;
  await until(() => ids.length >= published.length);
  expect(ids).toEqual(published);
  expect(published.length).toBeLessThan(1_000);
  expect(gaps).toEqual([]);
  proxy.close();
});

test('a feed in another process continues at the stored cursor', async () => {
  const first = follow({ filter: { userId: 'stored' } });
  await first.feed.live();
  const seen = await source.publish({ tenant: 'stored' });
  await until(() => first.ids.length === 1);
  const { cursor } = first.feed;
  first.feed.close();
  const missed = await source.publish({ tenant: 'stored' });
  const second = follow({ filter: { userId: 'stored' }, cursor: cursor as string });
  await until(() => second.ids.length === 1);
  expect([first.ids, second.ids]).toEqual([[seen], [missed]]);
});

test('the client gets the reason of a gap', async () => {
  const { feed, gaps } = follow({ filter: { provider: 'github' }, cursor: 'elsewhere-5' });
  await feed.live();
  expect(gaps).toEqual([{ reason: 'other_stream', filter: { provider: 'github' } }]);
});

test('the client leaves a replica that shuts down at once, and gets the missed events from its successor', async () => {
  const options = { databaseUrl: database.serviceUrl, natsUrl: nats.url };
  const leaving = await startGateway(options);
  const { feed, states, ids } = follow({ url: leaving.url, filter: { userId: 'leaving' } });
  await feed.live();
  await leaving.close();
  const missed = await source.publish({ tenant: 'leaving' });
  const next = await startGateway({ ...options, port: Number(new URL(leaving.url).port) });
  await until(() => ids.length === 1);
  expect(ids).toEqual([missed]);
  const waiting = states.find((state) => state.status === 'waiting');
  expect(waiting).toMatchObject({ reason: expect.stringContaining('shutting down') });
  feed.close();
  await next.close();
});

test('a refused key ends the feed, and so does a refused filter', async () => {
  const wrong = follow({ token: `hl_${'x'.repeat(40)}` });
  await expect(wrong.feed.live()).rejects.toThrow(/not valid/);
  expect(wrong.feed.state).toMatchObject({ status: 'closed', error: { code: 'unauthenticated' } });

  const { key } = await createKey(gateway.url, 'acme');
  const nosy = follow({ token: key, filter: { userId: 'beta' } });
  await expect(nosy.feed.live()).rejects.toThrow(/userId must be your own/);
});

test('a revoked key ends the feed', async () => {
  const { key, id } = await createKey(gateway.url, 'acme');
  const { feed } = follow({ token: () => Promise.resolve(key) });
  await feed.live();
  await callApi(gateway.url, 'DELETE', `/api/keys/${id}`);
  await until(() => feed.state.status === 'closed');
  expect(feed.state).toMatchObject({
    status: 'closed',
    reason: 'the API key has ended',
    error: { name: 'Unauthenticated' },
  });
});

test('a loop gets every published event, and its cursor is the place to continue', async () => {
  const { feed } = follow({ filter: { userId: 'loop' } });
  await feed.live();
  // Before the events: the cursor moves with each that is taken.
  const start = feed.cursor as string;
  const published = [
    await source.publish({ tenant: 'loop' }),
    await source.publish({ tenant: 'loop' }),
    await source.publish({ tenant: 'loop' }),
  ];
  const taken: string[] = [];
  let cursor: string | undefined;
  const first = createClient({ url: gateway.url, key: OPERATOR_KEY }).feed({
    filter: { userId: 'loop' },
    cursor: start,
  });
  for await (const event of first) {
    // The second event is not handled to its end.
    if (taken.length === 1) break;
    taken.push(event.id);
    cursor = event.cursor;
  }
  const second = createClient({ url: gateway.url, key: OPERATOR_KEY }).feed({
    filter: { userId: 'loop' },
    cursor: cursor as string,
  });
  for await (const event of second) {
    taken.push(event.id);
    if (taken.length === 3) break;
  }
  expect(taken).toEqual(published);
});

test('a consumer that takes nothing for a while misses nothing', async () => {
  const { url } = gateway;
  const feed = createClient({ url, key: OPERATOR_KEY }).feed({ filter: { userId: 'slow' } });
  await feed.live();
  const published: string[] = [];
  for (let n = 0; n < 1_500; n++) published.push(await source.publish({ tenant: 'slow' }));
  await until(() => feed.state.status === 'paused');
  const taken: string[] = [];
  for await (const { id } of feed) {
    taken.push(id);
    if (taken.length === published.length) break;
  }
  expect(taken).toEqual(published);
});
