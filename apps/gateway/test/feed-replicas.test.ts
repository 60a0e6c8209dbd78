import { setTimeout as sleep } from 'node:timers/promises';
import { FEED_CLOSE } from '@hookline/contracts';
import {
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { type RoundRobinProxy, startRoundRobinProxy } from './round-robin-proxy.ts';
import { ServerSentClient } from './server-sent-client.ts';
import { SocketIoClient } from './socket-io-client.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let replicas: TestGateway[];
let proxy: RoundRobinProxy;
let source: TestPublisher;

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  const options = { databaseUrl: database.serviceUrl, natsUrl: nats.url };
  replicas = await Promise.all([startGateway(options), startGateway(options)]);
  proxy = await startRoundRobinProxy(replicas.map(({ url }) => url));
  source = await createTestPublisher(nats.url);
  // They have heard of each other.
  const [first, second] = replicas.map(({ url }) => url) as [string, string];
  await Promise.all([untilPassedOn(first, second), untilPassedOn(second, first)]);
});

/** Resolves when a replica passes requests of another one's sessions on to it. */
async function untilPassedOn(owner: string, other: string): Promise<void> {
  const sid = await openSession(owner);
  await until(async () => (await pollSession(other, sid)).status === 200, { timeoutMs: 60_000 });
}

async function openSession(url: string): Promise<string> {
  const handshake = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
  return (JSON.parse((await handshake.text()).slice(1)) as { sid: string }).sid;
}

/** Sends a packet of a session by long polling. */
const pollSession = (url: string, sid: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
    method: 'POST',
    body: '40/webhooks,{}',
    headers,
  });

afterAll(async () => {
  await proxy?.close();
  await source?.close();
  await Promise.all((replicas ?? []).map((replica) => replica.close()));
  await nats?.stop();
  await database?.drop();
});

/** A reproducible sequence from 0 to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a client has got, over all its connections. */
interface Log {
  tenant: string;
  ids: Set<string>;
  foreign: number;
  gaps: unknown[];
  connects: number;
  isLive: boolean;
}

const newLog = (tenant: string): Log => ({
  tenant,
  ids: new Set(),
  foreign: 0,
  gaps: [],
  connects: 0,
  isLive: false,
});

function note(log: Log, event: { id: string; userId: string }): void {
  if (event.userId !== log.tenant) log.foreign++;
  log.ids.add(event.id);
}

type StartClient = (key: string, log: Log, isEnding: () => boolean) => () => void;

const startWebSocket: StartClient = (key, log, isEnding) => {
  let socket: FeedSocket | undefined;
  let cursor: string | undefined;
  void (async () => {
    while (!isEnding()) {
      const current = new FeedSocket(proxy.url, { key });
      socket = current;
      log.connects++;
      let handled = 0;
      let isSubscribed = false;
      const onMessage = () => {
        for (; handled < current.frames.length; handled++) {
          const frame = current.frames[handled];
          if (frame?.type === 'ready')
            current.send({ type: 'subscribe', id: 'a', ...(cursor === undefined ? {} : { cursor }) });
          else if (frame?.type === 'subscribed') {
            if (frame.gap) log.gaps.push(frame.gap);
            cursor = frame.cursor;
            isSubscribed = true;
            log.isLive = true;
          } else if (frame?.type === 'event') {
            note(log, frame.event);
            cursor = frame.cursor;
          } else if (frame?.type === 'ping') {
            current.send({ type: 'pong' });
            // Before that, events are missing that come before this position.
            if (isSubscribed) cursor = frame.cursor;
          }
        }
      };
      current.socket.on('message', onMessage);
      await current.closed;
      await sleep(20);
    }
  })();
  return () => socket?.close();
};

const startServerSent: StartClient = (key, log, isEnding) => {
  let client: ServerSentClient | undefined;
  let lastEventId = '';
  let read = 0;
  void (async () => {
    while (!isEnding()) {
      const current = new ServerSentClient(proxy.url, {
        key,
        headers: lastEventId === '' ? {} : { 'last-event-id': lastEventId },
      });
      client = current;
      log.connects++;
      read = 0;
      const timer = setInterval(take, 10);
      function take() {
        for (; read < current.messages.length; read++) {
          const message = current.messages[read];
          if (message?.event === 'gap') log.gaps.push(message.data);
          if (message?.event === 'ready') log.isLive = true;
          if (message?.event === 'event') note(log, JSON.parse(message.data));
        }
      }
      await current.ended;
      clearInterval(timer);
      take();
      if (current.lastEventId !== '') lastEventId = current.lastEventId;
      await sleep(20);
    }
  })();
  return () => client?.close();
};

const startSocketIo: StartClient = (key, log) => {
  // The default transports: polling first, then an upgrade.
  const client = new SocketIoClient(proxy.url, '/webhooks', { apiKey: key });
  let cursor: string | undefined;
  client.socket.on('connect', () => {
    log.connects++;
    client.socket.emit(
      'subscribe:webhook-events',
      cursor === undefined ? {} : { cursor },
      (answer: { cursor: string; gap?: object }) => {
        if (answer.gap) log.gaps.push(answer.gap);
        cursor ??= answer.cursor;
        log.isLive = true;
      },
    );
  });
  client.socket.on('event', (event) => {
    note(log, event);
    cursor = event.cursor;
  });
  return () => client.close();
};

test.for([
  ['WebSocket', startWebSocket],
  ['server-sent events', startServerSent],
  ['Socket.IO', startSocketIo],
] as const)(
  'clients by %s that are cut at random lose no event, have no gap, and get none of another tenant',
  async ([name, start]) => {
    const random = createRandom(name.length);
    const tenants = [`${name} one`, `${name} two`];
    const keys = await Promise.all(tenants.map((tenant) => createKey(replicas[0]?.url as string, tenant)));
    let ending = false;
    const logs = Array.from({ length: 10 }, (_, index) => newLog(tenants[index % 2] as string));
    const stops = logs.map((log, index) =>
      start((keys[index % 2] as { key: string }).key, log, () => ending),
    );
    await until(() => logs.every(({ isLive }) => isLive), { timeoutMs: 60_000 });

    const published: Record<string, Set<string>> = Object.fromEntries(
      tenants.map((each) => [each, new Set()]),
    );
    let cuts = 0;
    for (let round = 0; round < 40; round++) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const tenant = tenants[index % 2] as string;
          published[tenant]?.add(await source.publish({ tenant, repository: 'org/cuts' }));
        }),
      );
      cuts += proxy.cut(0.15, random);
      await sleep(25);
    }
    await until(
      () =>
        logs.every(({ tenant, ids }) => [...(published[tenant] as Set<string>)].every((id) => ids.has(id))),
      { timeoutMs: 60_000 },
    ).catch(() => {});
    ending = true;
    for (const stop of stops) stop();

    for (const { tenant, ids, foreign, gaps } of logs) {
      const lost = [...(published[tenant] as Set<string>)].filter((id) => !ids.has(id));
      expect({ lost, foreign, gaps }).toEqual({ lost: [], foreign: 0, gaps: [] });
    }
    expect(cuts).toBeGreaterThan(20);
    expect(Math.min(...proxy.counts)).toBeGreaterThan(0);
  },
);

test('a session by long polling is served by its replica, whichever replica a request comes to', async () => {
  const { key } = await createKey(replicas[0]?.url as string, 'polling');
  const client = new SocketIoClient(proxy.url, '/webhooks', { apiKey: key, transports: ['polling'] });
  await client.ask('subscribe:webhook-events', {});
  const ids: string[] = [];
  for (let count = 0; count < 20; count++) {
    ids.push(await source.publish({ tenant: 'polling' }));
    await client.waitFor('event', count + 1);
  }
  expect(client.named('event').map(({ id }) => id)).toEqual(ids);
  expect([client.transport, client.connects, client.ends]).toEqual(['polling', 1, []]);
  client.close();
});

test('the default client is upgraded to a WebSocket through the replica that has its session', async () => {
  const { key } = await createKey(replicas[0]?.url as string, 'upgrade');
  const clients = Array.from(
    { length: 4 },
    () => new SocketIoClient(proxy.url, '/webhooks', { apiKey: key }),
  );
  await Promise.all(clients.map((client) => client.ask('subscribe:webhook-events', {})));
  await until(() => clients.every(({ transport }) => transport === 'websocket'), { timeoutMs: 60_000 });
  const id = await source.publish({ tenant: 'upgrade' });
  for (const client of clients) expect((await client.waitFor('event'))[0].id).toBe(id);
  expect(clients.map(({ connects, ends }) => [connects, ends])).toEqual(clients.map(() => [1, []]));
  for (const client of clients) client.close();
});

test('clients of a replica that ends come back on the other one, and miss nothing', async () => {
  const third = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  const ending = await startRoundRobinProxy([third.url]);
  const { key } = await createKey(third.url, 'ending');
  const socket = new FeedSocket(ending.url, { key });
  await socket.subscribe();
  await source.publish({ tenant: 'ending' });
  const [seen] = await socket.waitForEvents(1);
  await third.close();
  expect((await socket.closed).code).toBe(FEED_CLOSE.restarting);
  await ending.close();
  const missed = await source.publish({ tenant: 'ending' });
  const again = new FeedSocket(proxy.url, { key });
  await again.subscribe({ cursor: seen?.cursor as string });
  await again.waitForEvents(1);
  expect(again.eventIds).toEqual([missed]);
  again.close();
});

test('a request of a session whose replica is gone is answered at once, and a forged passage is not believed', async () => {
  const third = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  await untilPassedOn(third.url, replicas[0]?.url as string);
  const sid = await openSession(third.url);
  const ask = (headers: Record<string, string> = {}) => pollSession(replicas[0]?.url as string, sid, headers);
  const forged = { 'x-hookline-passed': '1', 'x-hookline-internal-token': 'guess' };
  expect((await ask(forged)).status).toBe(200);
  await third.close();
  await until(async () => (await ask()).status === 400, { timeoutMs: 60_000 });
});
