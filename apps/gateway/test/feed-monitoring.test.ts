import { FEED_CLOSE, FEED_PATHS, MONITORING_SUBJECT, type MonitoringUpdate } from '@hookline/contracts';
import {
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createKey } from './call-api.ts';
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
    feed: { monitoringIntervalMs: 100 },
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

function open(options: ConstructorParameters<typeof FeedSocket>[1] = {}): FeedSocket {
  const socket = new FeedSocket(gateway.url, { path: FEED_PATHS.monitoring, ...options });
  opened.push(socket);
  return socket;
}

const updatesOf = (socket: FeedSocket): MonitoringUpdate[] =>
  (socket.frames as unknown as { type: string; data: MonitoringUpdate }[])
    .filter(({ type }) => type === 'update')
    .map(({ data }) => data);

async function waitForUpdate(
  socket: FeedSocket,
  condition: (update: MonitoringUpdate) => boolean,
): Promise<MonitoringUpdate> {
  await socket.arrivals.until(
    () => updatesOf(socket).some(condition),
    () => `an update; the last one: ${JSON.stringify(updatesOf(socket).at(-1))}`,
  );
  return updatesOf(socket).find(condition) as MonitoringUpdate;
}

test('an operator gets updates with what every replica holds in memory', async () => {
  const feed = open({ path: FEED_PATHS.events });
  await feed.subscribe();
  const socket = open();
  const update = await waitForUpdate(
    socket,
    ({ replicas, connections }) => replicas.length === 2 && connections.subscriptions === 1,
  );
  expect(update.services).toEqual({
    gateway: 'ready',
    ingest: 'not_ready',
    delivery: 'not_ready',
    scheduler: 'not_ready',
  });
  expect(update.connections).toMatchObject({ ws: 2, sse: 0, socketio: 0 });
  expect(update.replicas.map(({ service, ready }) => [service, ready])).toEqual([
    ['gateway', true],
    ['gateway', true],
  ]);
  const flow = until(async () => {
    await source.publish();
    return updatesOf(socket).some(({ rates, lags }) => rates.feedMessages > 0 && lags.feedMs !== null);
  });
  await flow;
});

test('one question a second is asked however many clients follow, and none once nobody does', async () => {
  let questions = 0;
  const counting = source.bus.connection.subscribe(MONITORING_SUBJECT, {
    callback: () => {
      questions++;
    },
  });
  const sockets = Array.from({ length: 5 }, () => open());
  await Promise.all(sockets.map((socket) => waitForUpdate(socket, () => true)));
  const first = sockets[0] as FeedSocket;
  const [before, seen] = [questions, updatesOf(first).length];
  await first.arrivals.until(
    () => updatesOf(first).length >= seen + 5,
    () => 'five updates',
  );
  expect(questions - before).toBeLessThanOrEqual(7);
  for (const socket of sockets) socket.close();
  await Promise.all(sockets.map(({ closed }) => closed));
  await until(async () => {
    const at = questions;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return questions === at;
  });
  counting.unsubscribe();
});

test('a tenant is closed with 4003, and a subscription is refused', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  expect((await open({ key }).closed).code).toBe(FEED_CLOSE.forbidden);
  const stranger = open({ key: null });
  stranger.socket.once('open', () => stranger.send({ type: 'authenticate', token: key }));
  expect((await stranger.closed).code).toBe(FEED_CLOSE.forbidden);
  const operator = open();
  await operator.waitFor('ready');
  operator.send({ type: 'subscribe', id: 'a' });
  expect(await operator.waitFor('error')).toMatchObject({ code: 'invalid_message', id: 'a' });
});
