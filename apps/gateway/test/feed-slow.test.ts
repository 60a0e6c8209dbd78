import { FEED_CLOSE } from '@hookline/contracts';
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
    // A client gets its close code if it reads within this time. On a busy machine the slow clients pause for longer than
    // the default.
    feed: { closeTimeoutMs: 120_000 },
  });
  source = await createTestPublisher(nats.url);
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

const PAYLOAD = Buffer.from(JSON.stringify('x'.repeat(100_000)));

test('a slow socket is closed with 4108, uses little memory and can resume, and other sockets are not affected', async () => {
  const quick = new FeedSocket(gateway.url);
  await quick.subscribe();
  const slow = Array.from({ length: 20 }, () => new FeedSocket(gateway.url));
  // Each socket has ids of its own, so that no frame is shared.
  await Promise.all(slow.map((socket, index) => socket.subscribe({ id: `slow ${index}` })));
  for (const { socket } of slow) socket.pause();

  // 20 MB for each: far more than the kernel's buffers take.
  const memoryBefore = process.memoryUsage().rss;
  const ids: string[] = [];
  let mostGrown = 0;
  for (let round = 0; round < 20; round++) {
    ids.push(...(await Promise.all(Array.from({ length: 10 }, () => source.publish({ payload: PAYLOAD })))));
    await quick.waitForEvents(ids.length);
    mostGrown = Math.max(mostGrown, process.memoryUsage().rss - memoryBefore);
  }
  expect(quick.eventIds.toSorted()).toEqual(ids.toSorted());
  // 20 MB × 20 sockets would be 400 MB. The fast client of this test itself keeps about 60 MB.
  expect(mostGrown).toBeLessThan(250 * 1024 * 1024);

  for (const { socket } of slow) socket.resume();
  const closed = await Promise.all(slow.map((socket) => socket.closed));
  expect(new Set(closed.map(({ code }) => code))).toEqual(new Set([FEED_CLOSE.slowConsumer]));

  const cut = slow[0] as FeedSocket;
  const cursor = cut.events.at(-1)?.cursor as string;
  // The missed events are within the limit of bytes of a replay.
  const again = new FeedSocket(gateway.url);
  const subscribed = await again.subscribe({ cursor });
  if (subscribed.gap) expect(subscribed.gap.reason).toBe('too_many');
  else {
    await again.waitForEvents(subscribed.replayed);
    expect(new Set([...cut.eventIds, ...again.eventIds])).toEqual(new Set(ids));
  }
  again.close();
  quick.close();
});

test('a client that stops reading its missed events is closed with 4108', async () => {
  const impatient = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    // The patient client reads in the same thread, which a busy machine may pause.
    // Replays from memory do not wait for each other.
    feed: { replayStallTimeoutMs: 2_000, maxConcurrentReplays: 1, maxRecentEvents: 0 },
  });
  const first = new FeedSocket(impatient.url);
  const { cursor } = await first.subscribe();
  await Promise.all(Array.from({ length: 120 }, () => source.publish({ payload: PAYLOAD })));
  await first.waitForEvents(120);
  first.close();

  const stalled = new FeedSocket(impatient.url);
  await stalled.waitFor('ready');
  stalled.send({ type: 'subscribe', id: 'a', cursor });
  stalled.socket.pause();
  // This client waits for the slot of the client that does not read, and gets it.
  const patient = new FeedSocket(impatient.url);
  const subscribed = await patient.subscribe({ cursor });
  expect(subscribed.replayed).toBe(120);
  await patient.waitForEvents(120);
  stalled.socket.resume();
  expect((await stalled.closed).code).toBe(FEED_CLOSE.slowConsumer);
  patient.close();
  await impatient.close();
});
