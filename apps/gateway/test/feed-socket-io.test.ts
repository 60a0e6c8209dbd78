import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { SocketIoClient } from './socket-io-client.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;
let key: string;
const opened: SocketIoClient[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    allowedOrigins: ['https://app.example.com'],
    feed: { monitoringIntervalMs: 100 },
  });
  source = await createTestPublisher(nats.url);
  key = (await createKey(gateway.url, 'acme')).key;
});

afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

function open(
  namespace: ConstructorParameters<typeof SocketIoClient>[1],
  options: ConstructorParameters<typeof SocketIoClient>[2] = {},
  url = gateway.url,
): SocketIoClient {
  const client = new SocketIoClient(url, namespace, { apiKey: key, ...options });
  opened.push(client);
  return client;
}

test.for([['polling'], ['websocket'], ['polling', 'websocket']])(
  'a repository is followed by its name alone, over %j',
  async (transports) => {
    const client = open('/', { transports });
    await client.waitFor('ready');
    expect(await client.ask('subscribe:repository', 'org/repo')).toMatchObject({ replayed: 0 });
    await source.publish({ repository: 'org/other' });
    await source.publish({ repository: 'org/repo', tenant: 'beta' });
    const id = await source.publish({
      type: 'github.workflow_job.completed',
      repository: 'org/repo',
      payload: { action: 'completed', workflow_job: { name: 'build', conclusion: 'success' } },
    });
    const [job] = await client.waitFor('workflow-job');
    expect(job).toMatchObject({ id, action: 'completed', job: { name: 'build', conclusion: 'success' } });
    expect(client.named('push-event')).toEqual([]);
  },
);

test('events of /webhooks are those of the filter, with their cursor, and raw bytes for who asks for them', async () => {
  const client = open('/webhooks');
  const filter = { repository: 'org/repo', eventType: 'workflow_job' };
  await client.ask('subscribe:webhook-events', filter);
  const payload = Buffer.from('{"n": 9007199254740993, "text": "é\u2028🎉"}');
  await source.publish({ repository: 'org/repo' });
  const id = await source.publish({ type: 'github.workflow_job.queued', repository: 'org/repo', payload });
  const [event] = await client.waitFor('event');
  expect(event).toMatchObject({ id, userId: 'acme', data: { text: 'é\u2028🎉' } });
  expect(event.cursor).toMatch(/^[a-z0-9]+-[0-9]+$/);

  const raw = open('/webhooks');
  await raw.ask('subscribe:webhook-events', { cursor: event.cursor, raw: true, id: 'bytes' });
  await source.publish({ payload });
  const [bytes] = await raw.waitFor('event');
  expect(Buffer.from(bytes.raw, 'base64')).toEqual(payload);
});

test('one connection has several namespaces, each with its own subscriptions', async () => {
  const webhooks = open('/webhooks', { forceNew: false, multiplex: true });
  const repositories = open('/', { forceNew: false, multiplex: true });
  await Promise.all([
    webhooks.ask('subscribe:webhook-events', { eventType: 'push' }),
    repositories.ask('subscribe:repository', 'org/both'),
  ]);
  const id = await source.publish({ repository: 'org/both' });
  expect((await webhooks.waitFor('event'))[0].id).toBe(id);
  expect((await repositories.waitFor('push-event'))[0].id).toBe(id);
  expect(webhooks.socket.io).toBe(repositories.socket.io);
});

test('a client that comes back with its cursor gets what it missed, and is told of a gap by the acknowledgement', async () => {
  const first = open('/');
  const { cursor } = await first.ask('subscribe:repository', 'org/resume');
  await source.publish({ repository: 'org/resume' });
  const [seen] = await first.waitFor('push-event');
  first.close();
  const missed = [
    await source.publish({ repository: 'org/resume' }),
    await source.publish({ repository: 'org/resume' }),
  ];
  const again = open('/');
  const answer = await again.ask('subscribe:repository', { repository: 'org/resume', cursor: seen.cursor });
  expect(answer).toMatchObject({ replayed: 2, cursor: seen.cursor });
  await again.waitFor('push-event', 2);
  expect(again.named('push-event').map(({ id }) => id)).toEqual(missed);
  const gap = await again.ask('subscribe:repository', { repository: 'org/gap', cursor: 'nonsense' });
  expect(gap['gap']).toEqual({ reason: 'invalid_cursor' });
  expect(cursor).toBeTruthy();
});

test('commands are answered by their callbacks, or by events for clients without one', async () => {
  const client = open('/webhooks');
  expect(await client.ask('subscribe:webhook-events', { id: 'a' })).toMatchObject({ id: 'a' });
  expect(await client.ask('subscribe:webhook-events', { id: 'a' })).toMatchObject({
    error: { code: 'duplicate_subscription' },
  });
  expect(await client.ask('subscribe:webhook-events', { repo: 'org/repo' })).toMatchObject({
    error: { code: 'invalid_message', message: expect.stringContaining('"repo": it takes id, filter') },
  });
  expect(await client.ask('subscribe:webhook-events', { userId: 'beta' })).toMatchObject({
    error: { code: 'forbidden' },
  });
  expect(await client.ask('unsubscribe', 'a')).toEqual({ id: 'a' });
  expect(await client.ask('unsubscribe', 'a')).toMatchObject({ error: { code: 'unknown_subscription' } });
  expect(await client.ask('unsubscribe', { id: 'a' })).toMatchObject({ error: { code: 'invalid_message' } });
  client.socket.emit('subscribe:webhook-events', { id: 'b' });
  expect((await client.waitFor('subscribed'))[0]).toMatchObject({ id: 'b' });
  client.socket.emit('subscribe:webhook-events', 7);
  expect((await client.waitFor('error'))[0]).toMatchObject({ error: { code: 'invalid_message' } });
});

test('a client without a valid token is refused with the code, and /monitoring is for operators', async () => {
  const refusals: [SocketIoClient, string][] = [
    [open('/', { apiKey: null }), 'unauthenticated'],
    [open('/webhooks', { apiKey: 'hl_nonsense' }), 'unauthenticated'],
    [open('/monitoring'), 'forbidden'],
  ];
  for (const [client, code] of refusals) {
    await client.until(
      () => client.connectErrors.length > 0,
      () => `an error ${code}`,
    );
    expect(client.connectErrors[0]?.data).toEqual({ code });
    expect(client.received).toEqual([]);
  }
  const byHeader = open('/', { apiKey: null, extraHeaders: { authorization: `Bearer ${key}` } });
  await byHeader.waitFor('ready');
});

test('operators get an update at each interval', async () => {
  const client = new SocketIoClient(gateway.url, '/monitoring');
  opened.push(client);
  await client.until(
    () => client.named('update').some(({ replicas }) => replicas.length === 1),
    () => 'an update',
  );
});

test('pages of other origins are refused, and those of listed ones get the headers that browsers need', async () => {
  const handshake = (origin: string) =>
    fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
  expect((await handshake('https://evil.example.com')).status).toBe(403);
  const listed = await handshake('https://app.example.com');
  expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([
    200,
    'https://app.example.com',
  ]);
  expect((await handshake(gateway.url)).status).toBe(200);
  const strange = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&sid=000000000000.x`);
  expect([strange.status, (await strange.json()) as object]).toEqual([
    400,
    { code: 1, message: 'Session ID unknown' },
  ]);
});

test("the client's program is served to pages", async () => {
  const script = await fetch(`${gateway.url}/socket.io/socket.io.js`);
  expect([script.status, script.headers.get('content-type')]).toEqual([
    200,
    'application/javascript; charset=utf-8',
  ]);
  expect(await script.text()).toContain('Socket.IO');
});

test('a revoked key ends its connections for good within a second', async () => {
  const doomed = await createKey(gateway.url, 'acme');
  const client = open('/', { apiKey: doomed.key });
  await client.waitFor('ready');
  await callApi(gateway.url, 'DELETE', `/api/keys/${doomed.id}`);
  expect((await client.waitFor('closing'))[0]).toMatchObject({ code: 4001 });
  await client.until(
    () => client.ends.length > 0,
    () => 'the end',
  );
  expect(client.ends).toEqual(['io server disconnect']);
  expect(client.socket.active).toBe(false);
});

test('a replica that ends sends its clients away with a hint, and they come back by themselves', async () => {
  const port = Number(new URL((await startAndClose()).url).port);
  const options = { databaseUrl: database.serviceUrl, natsUrl: nats.url, port };
  const first = await startGateway(options);
  const client = open('/', {}, first.url);
  await client.waitFor('ready');
  await first.close();
  expect((await client.waitFor('closing'))[0]).toMatchObject({ code: 4200, reconnectMs: expect.any(Number) });
  const second = await startGateway(options);
  await client.connected(2);
  expect(client.ends[0]).toMatch(/^transport (close|error)$/);
  client.close();
  await second.close();
});

async function startAndClose(): Promise<TestGateway> {
  const other = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  await other.close();
  return other;
}

test.for([['websocket'], ['polling']])(
  'a client that reads too slowly over %j is cut off, and can resume',
  async (transports) => {
    const other = await startGateway({
      databaseUrl: database.serviceUrl,
      natsUrl: nats.url,
      // It is told why if it reads within this time.
      feed: { closeTimeoutMs: 120_000 },
    });
    const slow = open('/webhooks', { transports, reconnection: false }, other.url);
    const { cursor } = await slow.ask('subscribe:webhook-events', { repository: 'org/slow' });
    const quick = new FeedSocket(other.url);
    await quick.subscribe({ filter: { repository: 'org/slow' } });
    const stop = stall(slow, transports[0] === 'websocket');
    const payload = Buffer.from(JSON.stringify('x'.repeat(200_000)));
    const ids: string[] = [];
    for (let round = 0; round < 20; round++) {
      ids.push(
        ...(await Promise.all(
          Array.from({ length: 5 }, () => source.publish({ repository: 'org/slow', payload })),
        )),
      );
      await quick.waitForEvents(ids.length);
    }
    stop();
    await slow.until(
      () => slow.ends.length > 0,
      () => 'the end',
    );
    expect(slow.named('event').length).toBeLessThan(ids.length);
    expect(slow.named('closing')).toEqual([{ code: 4108, reconnectMs: expect.any(Number) }]);
    const again = open('/webhooks', { transports }, other.url);
    const answer = await again.ask('subscribe:webhook-events', {
      repository: 'org/slow',
      cursor: slow.named('event').at(-1)?.cursor ?? cursor,
    });
    // A replay has a limit of bytes.
    if (!answer['gap']) {
      await again.waitFor('event', Number(answer['replayed']));
      const seen = [...slow.named('event'), ...again.named('event')].map(({ id }) => id);
      expect(new Set(seen)).toEqual(new Set(ids));
    }
    quick.close();
    await other.close();
  },
);

/** Stops a client from reading. @returns a function that lets it read again */
function stall(client: SocketIoClient, isWebSocket: boolean): () => void {
  const { engine } = client.socket.io;
  if (isWebSocket) {
    const { ws } = engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } };
    // biome-ignore lint/suspicious/noExplicitAny: the client's WebSocket is that of ws
    const socket = (ws as any)._socket as { pause(): void; resume(): void };
    socket.pause();
    return () => socket.resume();
  }
  // A client that sends no further poll.
  const transport = engine.transport as unknown as { doPoll(): void };
  const poll = transport.doPoll.bind(transport);
  transport.doPoll = () => {};
  return () => {
    transport.doPoll = poll;
    poll();
  };
}

test('a client that emits too much is cut off', async () => {
  const client = open('/', { reconnection: false });
  await client.waitFor('ready');
  for (let count = 0; count < 40; count++) client.socket.emit('unsubscribe', 'x');
  expect((await client.waitFor('closing'))[0]).toMatchObject({ code: 4101 });
});

test('connections by Socket.IO have a limit of their own, and can be switched off', async () => {
  const small = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: { maxSocketIoConnections: 1 },
  });
  const first = open('/', {}, small.url);
  await first.waitFor('ready');
  const second = await fetch(`${small.url}/socket.io/?EIO=4&transport=polling`);
  expect([second.status, Number(second.headers.get('retry-after')) > 0]).toEqual([503, true]);
  const webSocket = new FeedSocket(small.url);
  await webSocket.waitFor('ready');
  webSocket.close();
  await small.close();

  const off = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: { socketIo: false },
  });
  expect((await fetch(`${off.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(404);
  await off.close();
});

test('a connection that joins no namespace is closed', async () => {
  const quick = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: { authenticationTimeoutMs: 200, closeTimeoutMs: 200, maxSocketIoConnections: 1 },
  });
  const handshake = () => fetch(`${quick.url}/socket.io/?EIO=4&transport=polling`);
  expect((await handshake()).status).toBe(200);
  let status = (await handshake()).status;
  for (let count = 0; status !== 200 && count < 600; count++) {
    await sleep(100);
    status = (await handshake()).status;
  }
  expect(status).toBe(200);
  await quick.close();
});
