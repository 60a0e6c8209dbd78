import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FeedSocket } from './feed-socket.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: { maxRecentEvents: 50 },
  });
  source = await createTestPublisher(nats.url);
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

async function replaysOf(result: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const found = new RegExp(`^hookline_feed_replays_total\\{result="${result}",[^}]*\\} ([0-9]+)$`, 'm').exec(
    text,
  );
  return Number(found?.[1] ?? 0);
}

test('a short gap is filled from memory without NATS, and a longer one from the stream', async () => {
  const present = new FeedSocket(gateway.url);
  const { cursor } = await present.subscribe();
  const ids: string[] = [];
  for (let count = 0; count < 50; count++)
    ids.push(await source.publish({ tenant: count % 2 ? 'acme' : 'beta' }));
  await present.waitForEvents(50);
  const wanted = ids.filter((_, index) => index % 2 === 1);

  await nats.kill();
  const away = new FeedSocket(gateway.url);
  const subscribed = await away.subscribe({ cursor, filter: { userId: 'acme' } });
  expect(subscribed).toMatchObject({ replayed: 25, cursor });
  await away.waitForEvents(25);
  expect(away.eventIds).toEqual(wanted);
  expect(await replaysOf('complete_from_memory')).toBe(1);
  await nats.restart();

  const next = await source.publish({ tenant: 'acme' });
  await Promise.all([present.waitForEvents(51), away.waitForEvents(26)]);
  const late = new FeedSocket(gateway.url);
  await late.subscribe({ cursor, filter: { userId: 'acme' } });
  await late.waitForEvents(26);
  expect(late.eventIds).toEqual([...wanted, next]);
  expect([await replaysOf('complete_from_memory'), await replaysOf('complete')]).toEqual([1, 1]);
  for (const socket of [present, away, late]) socket.close();
});

test('new events wait until the missed ones are sent, also while others are published', async () => {
  const first = new FeedSocket(gateway.url);
  const { cursor } = await first.subscribe({ filter: { userId: 'mixed' } });
  const ids: string[] = [];
  let going = true;
  const flow = (async () => {
    while (going) ids.push(await source.publish({ tenant: 'mixed' }));
  })();
  await first.waitForEvents(20);
  const again = new FeedSocket(gateway.url);
  const { gap } = await again.subscribe({ cursor, filter: { userId: 'mixed' } });
  await again.waitForEvents(40);
  going = false;
  await flow;
  await again.waitForEvents(ids.length);
  expect(gap).toBe(undefined);
  expect(again.eventIds).toEqual(ids);
  first.close();
  again.close();
});
