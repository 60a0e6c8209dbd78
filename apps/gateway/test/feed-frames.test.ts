import { FEED_BATCH, FEED_CLOSE, FEED_LIMITS, FEED_PATHS } from '@hookline/contracts';
import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FeedSocket } from './feed-socket.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;
const opened: FeedSocket[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  source = await createTestPublisher(nats.url);
});

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

function open(options: ConstructorParameters<typeof FeedSocket>[1] = {}, url = gateway.url): FeedSocket {
  const socket = new FeedSocket(url, options);
  opened.push(socket);
  return socket;
}

const eventsIn = (frame: Buffer) =>
  [JSON.parse(frame.toString('utf8'))].flat().filter(({ type }) => type === 'event').length;

test('a burst of events is sent in few frames of bounded size, and a client that asks for none gets no batches', async () => {
  const [batched, single] = [open(), open({ path: `${FEED_PATHS.events}?${FEED_BATCH.query}=off` })];
  await Promise.all([batched.subscribe(), single.subscribe()]);
  const ids = await Promise.all(Array.from({ length: 500 }, () => source.publish()));
  await Promise.all([batched.waitForEvents(500), single.waitForEvents(500)]);
  expect(batched.eventIds.toSorted()).toEqual(ids.toSorted());
  expect(single.eventIds).toEqual(batched.eventIds);
  const sizes = batched.raw.map(eventsIn);
  expect(Math.max(...sizes)).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(FEED_BATCH.events);
  expect(Math.max(...single.raw.map(eventsIn))).toBe(1);
});

test('an event after a pause is a frame of its own, and no array', async () => {
  const socket = open();
  await socket.subscribe();
  await source.publish();
  await socket.waitForEvents(1);
  expect(socket.raw.at(-1)?.toString('utf8', 0, 1)).toBe('{');
});

test('messages of the gateway come after the events before them', async () => {
  const socket = open();
  await socket.subscribe({ id: 'a' });
  await Promise.all(Array.from({ length: 50 }, () => source.publish()));
  await socket.waitForEvents(50);
  socket.send({ type: 'unsubscribe', id: 'a' });
  await socket.waitFor('unsubscribed');
  expect(socket.frames.at(-1)?.type).toBe('unsubscribed');
});

test('a raw subscription gets bytes beside another one of the same connection that gets JSON', async () => {
  const socket = open();
  await socket.waitFor('ready');
  socket.send({ type: 'subscribe', id: 'bytes', raw: true });
  socket.send({ type: 'subscribe', id: 'json' });
  await socket.waitFor('subscribed', ({ id }) => id === 'json');
  const payload = Buffer.from('{"n": 12345678901234567890}');
  await source.publish({ payload });
  const events = await socket.waitForEvents(2);
  const [bytes, json] = ['bytes', 'json'].map((id) => events.find(({ ids }) => ids.includes(id)));
  expect(Buffer.from(bytes?.event.raw ?? '', 'base64')).toEqual(payload);
  expect([bytes?.event.data, json?.event.raw, bytes?.ids, json?.ids]).toEqual([
    null,
    undefined,
    ['bytes'],
    ['json'],
  ]);
});

test('ready has the limits and the time, and no end of a key that has none', async () => {
  const socket = open();
  const ready = await socket.waitFor('ready');
  expect(ready.limits).toEqual(FEED_LIMITS);
  expect(Math.abs(Date.parse(ready.serverTime) - Date.now())).toBeLessThan(60_000);
  expect('tokenExpiresAt' in ready).toBe(false);
});

test('bye says when to come back before the connection is closed', async () => {
  const other = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  const socket = open({}, other.url);
  await socket.waitFor('ready');
  await other.close();
  expect((await socket.closed).code).toBe(FEED_CLOSE.restarting);
  const bye = await socket.waitFor('bye');
  expect(bye.code).toBe(FEED_CLOSE.restarting);
  expect(bye.reconnectMs).toBeGreaterThanOrEqual(0);
  expect(socket.frames.at(-1)).toBe(bye);
});

test('a storm of connections is taken at a bounded rate, and the others are told when to try again', async () => {
  const slow = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: { acceptsPerSecond: 0.001, acceptBurst: 3 },
  });
  const attempt = () =>
    new Promise<{ status: number | undefined; retryAfter: string | undefined }>((resolve) => {
      const socket = new WebSocket(`${slow.url.replace('http', 'ws')}${FEED_PATHS.events}`, {
        headers: { authorization: `Bearer ${OPERATOR_KEY}` },
      });
      socket.once('unexpected-response', (_request, { statusCode, headers }) =>
        resolve({ status: statusCode, retryAfter: headers['retry-after'] }),
      );
      socket.once('open', () => {
        resolve({ status: 101, retryAfter: undefined });
        socket.terminate();
      });
      socket.once('error', () => {});
    });
  const answers = await Promise.all(Array.from({ length: 8 }, attempt));
  expect(answers.filter(({ status }) => status === 101)).toHaveLength(3);
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused).toHaveLength(5);
  for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
  await slow.close();
});
