import { FEED_CLOSE, FEED_LIMITS, formatCursor, parseCursor } from '@hookline/contracts';
import {
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let replica: TestGateway;
let source: TestPublisher;
const opened: FeedSocket[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  const options = {
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    // Missed events are read from the stream. feed-memory.test.ts reads them from memory.
    feed: { streamCheckIntervalMs: 200, maxRecentEvents: 0 },
  };
  [gateway, replica] = await Promise.all([startGateway(options), startGateway(options)]);
  source = await createTestPublisher(nats.url);
});

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

afterAll(async () => {
  await source?.close();
  await Promise.all([gateway?.close(), replica?.close()]);
  await nats?.stop();
  await database?.drop();
});

function open(options: ConstructorParameters<typeof FeedSocket>[1] = {}, url = gateway.url): FeedSocket {
  const socket = new FeedSocket(url, options);
  opened.push(socket);
  return socket;
}

/** The cursor of the last frame, as a client keeps it. */
const cursorOf = (socket: FeedSocket) => {
  const last = socket.frames.findLast((frame) => 'cursor' in frame && frame.type !== 'ready');
  return (last as { cursor: string }).cursor;
};

/** Publishes events without a pause until stopped. @returns the ids in the order of the stream */
function startFlow(tenant = 'acme') {
  const ids: string[] = [];
  let going = true;
  const done = (async () => {
    while (going) ids.push(await source.publish({ tenant }));
  })();
  return {
    ids,
    async stop() {
      going = false;
      await done;
      return ids;
    },
  };
}

test('a client that reconnects while events are published gets every event once and in order, on any replica', async () => {
  const { key } = await createKey(gateway.url, 'flow');
  const flow = startFlow('flow');
  const noise = startFlow('noise');
  const received: string[] = [];
  let cursor: string | undefined;
  for (let visit = 0; visit < 12; visit++) {
    const socket = open({ key }, visit % 2 === 0 ? gateway.url : replica.url);
    const subscribed = await socket.subscribe(cursor === undefined ? {} : { cursor });
    expect(subscribed.gap).toBe(undefined);
    if (cursor === undefined) {
      // The first connection begins at some event.
      const [first] = await socket.waitForEvents(1);
      flow.ids.splice(0, flow.ids.indexOf(first?.event.id as string));
    }
    await socket.waitForEvents(subscribed.replayed + 1 + visit * 3);
    cursor = cursorOf(socket);
    received.push(...socket.eventIds);
    socket.close();
    // Disconnected for a while.
    const away = flow.ids.length + 40;
    await until(() => flow.ids.length >= away);
  }
  const published = await flow.stop();
  await noise.stop();
  const last = open({ key });
  await last.subscribe({ cursor: cursor as string });
  await until(() => received.length + last.events.length >= published.length);
  received.push(...last.eventIds);
  expect(received).toEqual(published);
});

test('missed events are sent before new ones, and an event before the cursor is not sent again', async () => {
  const first = open();
  await first.subscribe({ filter: { userId: 'order' } });
  const seen = await source.publish({ tenant: 'order' });
  await first.waitForEvents(1);
  const cursor = cursorOf(first);
  first.close();
  const present = open();
  await present.subscribe();
  const missed = [await source.publish({ tenant: 'order' }), await source.publish({ tenant: 'order' })];
  await source.publish({ tenant: 'someone else' });
  await present.waitForEvents(3);

  const second = open();
  const subscribed = await second.subscribe({ cursor, filter: { userId: 'order' } });
  expect(subscribed).toMatchObject({ replayed: 2, cursor });
  const next = await source.publish({ tenant: 'order' });
  await second.waitForEvents(3);
  expect(second.eventIds).toEqual([...missed, next]);
  expect(second.eventIds).not.toContain(seen);
  // Several subscriptions are resumed one after the other, and each gets its own missed events.
  const third = await second.subscribe({
    id: 'again',
    cursor,
    filter: { userId: 'order', eventType: 'github.*' },
  });
  expect(third.replayed).toBe(3);
  await second.waitForEvents(6);
  expect(second.events.slice(3).map(({ ids }) => ids)).toEqual([['again'], ['again'], ['again']]);
});

test('a cursor from a replica that is ahead is accepted, and the events before it are not sent again', async () => {
  const ahead = open({}, replica.url);
  await ahead.subscribe();
  for (let round = 0; round < 20; round++) {
    const id = await source.publish({ tenant: 'ahead' });
    const frame = await ahead.waitFor('event', ({ event }) => event.id === id);
    // This replica may or may not have read the event.
    const socket = open();
    const subscribed = await socket.subscribe({ cursor: frame.cursor });
    expect(subscribed.gap).toBe(undefined);
    expect(socket.eventIds).toEqual([]);
    socket.close();
  }
});

test('more than 1,000 missed events are a gap, and none of them is sent', async () => {
  const filter = { userId: 'many' };
  const present = open();
  const { cursor } = await present.subscribe({ filter });
  /** Resolves when the gateway has read the events too. Before, they would be new and not missed. */
  const publish = async (count: number) => {
    const seen = present.events.length;
    await Promise.all(Array.from({ length: count }, () => source.publish({ tenant: 'many' })));
    await present.waitForEvents(seen + count);
  };
  await publish(FEED_LIMITS.replayedEvents);
  const whole = open();
  expect(await whole.subscribe({ cursor, filter })).toMatchObject({ replayed: 1_000 });
  await whole.waitForEvents(1_000);
  await publish(1);
  const cut = open();
  expect(await cut.subscribe({ cursor, filter })).toMatchObject({ replayed: 0, gap: { reason: 'too_many' } });
  const next = await source.publish({ tenant: 'many' });
  await cut.waitForEvents(1);
  expect(cut.eventIds).toEqual([next]);
  // The missed events of another user do not count.
  const few = await open().subscribe({ cursor, filter: { userId: 'few' } });
  expect([few.replayed, few.gap]).toEqual([0, undefined]);
});

test('the client gets each reason of a gap', async () => {
  const socket = open();
  const { cursor } = await socket.subscribe();
  const { incarnation, sequence } = parseCursor(cursor) as { incarnation: string; sequence: number };
  const gapOf = async (text: string) => (await open().subscribe({ cursor: text })).gap?.reason;
  expect(await gapOf('nonsense')).toBe('invalid_cursor');
  expect(await gapOf(formatCursor('other', sequence))).toBe('other_stream');
  expect(await gapOf(formatCursor(incarnation, sequence + 1_000_000))).toBe('ahead');
  expect(await gapOf(cursor)).toBe(undefined);

  await Promise.all(Array.from({ length: 5 }, () => source.publish()));
  await socket.waitForEvents(5);
  await source.bus.manager.streams.purge('EVENTS', { seq: sequence + 3 });
  expect(await gapOf(cursor)).toBe('too_old');
  expect(await gapOf(formatCursor(incarnation, sequence + 2))).toBe(undefined);
  expect(await gapOf(formatCursor(incarnation, sequence + 1))).toBe('too_old');
});

test('open connections lose and repeat no event when NATS is killed and started again', async () => {
  const socket = open();
  await socket.subscribe({ filter: { userId: 'kill' } });
  const flow = startFlow('kill');
  await socket.waitForEvents(50);
  await nats.kill();
  await until(async () => (await callApi(gateway.url, 'GET', '/readyz')).body.checks.nats.ok === false);
  await nats.restart();
  const resumed = socket.events.length + 50;
  await until(() => socket.events.length >= resumed, { timeoutMs: 20_000 });
  const published = await flow.stop();
  await socket.waitForEvents(published.length);
  expect(socket.eventIds).toEqual(published);
  expect(socket.socket.readyState).toBe(socket.socket.OPEN);
});

test('a client that reconnects while NATS is away is told to reconnect later, and then gets every event', async () => {
  const first = open();
  await first.subscribe({ filter: { userId: 'away' } });
  await source.publish({ tenant: 'away' });
  await first.waitForEvents(1);
  const cursor = cursorOf(first);
  first.close();
  const missed = [await source.publish({ tenant: 'away' }), await source.publish({ tenant: 'away' })];
  await nats.kill();
  const refused = open();
  await refused.waitFor('ready');
  refused.send({ type: 'subscribe', id: 'a', cursor, filter: { userId: 'away' } });
  expect((await refused.closed).code).toBe(FEED_CLOSE.overloaded);
  await nats.restart();
  await until(async () => (await callApi(gateway.url, 'GET', '/readyz')).body.checks.nats.ok);
  const again = open();
  await again.subscribe({ cursor, filter: { userId: 'away' } });
  await again.waitForEvents(2);
  expect(again.eventIds).toEqual(missed);
});

test('a replaced stream closes the connections with 4201, and the clients then get the gap', async () => {
  const socket = open();
  const { cursor } = await socket.subscribe();
  // NATS was stopped in the test before this one.
  await until(() => source.bus.connected);
  await source.bus.manager.streams.delete('EVENTS');
  expect((await socket.closed).code).toBe(FEED_CLOSE.behind);
  await until(async () => (await callApi(gateway.url, 'GET', '/readyz')).body.checks.feed.ok);
  const again = open();
  expect((await again.subscribe({ cursor })).gap).toEqual({ reason: 'other_stream' });
  const id = await source.publish();
  await again.waitForEvents(1);
  expect(again.eventIds).toEqual([id]);
});
