import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { ServerSentClient } from './server-sent-client.ts';
import { SocketIoClient } from './socket-io-client.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

// Socket.IO and server-sent events in pages that are signed in: the cookie of the session stands for a key. A browser adds
// Origin to upgrades and to requests of other origins, and none to a GET of the page's own origin.

const ALLOWED_ORIGIN = 'https://app.example.com';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    allowedOrigins: [ALLOWED_ORIGIN],
    signInLimit: { signIns: 1_000 },
    feed: { monitoringIntervalMs: 100 },
  });
  source = await createTestPublisher(nats.url);
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

/** Signs in as a page does. @returns the header Cookie */
async function signIn(key: string): Promise<string> {
  const answer = await callApi(gateway.url, 'POST', '/api/session', {
    key,
    headers: { origin: gateway.url },
  });
  expect(answer.status).toBe(201);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
}
const signInAs = async (tenant: string) => signIn((await createKey(gateway.url, tenant)).key);
const signOut = (cookie: string) =>
  callApi(gateway.url, 'DELETE', '/api/session', {
    key: null,
    headers: { cookie, origin: gateway.url, 'x-hookline-csrf': '1' },
  });

/** The headers of an upgrade, and of a poll, of a page of the gateway. */
const upgrade = () => ({ origin: gateway.url, 'sec-fetch-site': 'same-origin' });
const POLL = { 'sec-fetch-site': 'same-origin' };

function openSocket(
  namespace: '/' | '/webhooks' | '/monitoring',
  transports: string[],
  headers: Record<string, string>,
): SocketIoClient {
  const client = new SocketIoClient(gateway.url, namespace, {
    apiKey: null,
    transports,
    extraHeaders: headers,
  });
  opened.push(client);
  return client;
}

function openEvents(headers: Record<string, string>, query = ''): ServerSentClient {
  const client = new ServerSentClient(gateway.url, { key: null, query, headers });
  opened.push(client);
  return client;
}

/** The code of the error that a client of Socket.IO gets. */
async function refusalOf(client: SocketIoClient): Promise<string | undefined> {
  await client.until(
    () => client.connectErrors.length > 0,
    () => 'a refusal',
  );
  expect(client.received).toEqual([]);
  return client.connectErrors[0]?.data?.code;
}

test.for([
  ['long polling', ['polling']],
  ['WebSocket', ['websocket']],
  ['long polling and then WebSocket', ['polling', 'websocket']],
] as const)(
  'a signed-in page follows the events of its tenant over Socket.IO by %s, without a key',
  async ([, transports]) => {
    const cookie = await signInAs('acme');
    const headers = transports[0] === 'polling' ? POLL : upgrade();
    const client = openSocket('/webhooks', [...transports], { cookie, ...headers });
    await client.waitFor('ready');
    await client.ask('subscribe:webhook-events', {});
    await source.publish({ tenant: 'beta' });
    const id = await source.publish({ tenant: 'acme' });
    await client.waitFor('event');
    expect(client.named('event').map((event) => event.id)).toEqual([id]);
  },
);

test('a signed-in page follows the events of its tenant over server-sent events, without a ticket', async () => {
  const cookie = await signInAs('acme');
  for (const headers of [POLL, {}, upgrade()]) {
    const client = openEvents({ cookie, ...headers });
    await client.waitFor('ready');
    await source.publish({ tenant: 'beta' });
    const id = await source.publish({ tenant: 'acme' });
    await client.waitForEvents(1);
    expect(client.eventIds).toEqual([id]);
  }
});

test('an operator’s session follows /monitoring, and a tenant’s does not', async () => {
  const operator = openSocket('/monitoring', ['polling'], { cookie: await signIn(OPERATOR_KEY), ...POLL });
  await operator.waitFor('update');
  const tenant = openSocket('/monitoring', ['polling'], { cookie: await signInAs('acme'), ...POLL });
  expect(await refusalOf(tenant)).toBe('forbidden');
});

test('the cookie opens no Socket.IO for pages of other origins, nor for an upgrade without an origin', async () => {
  const cookie = await signInAs('acme');
  for (const [transport, headers] of [
    ['websocket', { origin: ALLOWED_ORIGIN }],
    ['websocket', {}],
    ['websocket', { origin: gateway.url, 'sec-fetch-site': 'same-site' }],
    ['polling', { origin: ALLOWED_ORIGIN }],
    ['polling', { 'sec-fetch-site': 'same-site' }],
    ['polling', { 'sec-fetch-site': 'cross-site' }],
  ] as const) {
    const client = openSocket('/', [transport], { cookie, ...headers } as Record<string, string>);
    expect([headers, await refusalOf(client)]).toEqual([headers, 'unauthenticated']);
  }
  const evil = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, {
    headers: { cookie, origin: 'https://evil.example' },
  });
  expect(evil.status).toBe(403);
});

test('long polling as a script, whose answers pages of other origins could read, is refused', async () => {
  const answer = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&j=0`, {
    headers: { cookie: await signInAs('acme') },
  });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'invalid_request']);
});

test('the cookie opens no server-sent events for pages of other origins', async () => {
  const cookie = await signInAs('acme');
  for (const [headers, status] of [
    [{ origin: ALLOWED_ORIGIN }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: gateway.url.replace('http:', 'https:') }, 403],
    [{ origin: gateway.url, 'sec-fetch-site': 'same-site' }, 403],
    [{ cookie: `hl=s_${'a'.repeat(43)}` }, 401],
  ] as const) {
    const { statusCode } = await openEvents({ cookie, ...headers } as Record<string, string>).answer;
    expect([headers, statusCode]).toEqual([headers, status]);
  }
});

test('signing out ends the feeds of the session on both transports for good, and those of no other session', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const [mine, other] = [await signIn(key), await signIn(key)];
  const polling = openSocket('/', ['polling'], { cookie: mine, ...POLL });
  const webSocket = openSocket('/webhooks', ['websocket'], { cookie: mine, ...upgrade() });
  const events = openEvents({ cookie: mine, ...POLL });
  const kept = openSocket('/webhooks', ['polling'], { cookie: other, ...POLL });
  await Promise.all([polling, webSocket, kept].map((client) => client.waitFor('ready')));
  await events.waitFor('ready');
  await kept.ask('subscribe:webhook-events', {});

  expect((await signOut(mine)).status).toBe(200);
  for (const client of [polling, webSocket]) {
    expect((await client.waitFor('closing'))[0]).toMatchObject({ code: 4001 });
    await client.until(
      () => client.ends.length > 0,
      () => 'the end',
    );
    expect([client.ends, client.socket.active]).toEqual([['io server disconnect'], false]);
  }
  expect(await events.waitFor('closed')).toMatchObject({ code: 4001 });
  await events.ended;

  expect(await refusalOf(openSocket('/', ['polling'], { cookie: mine, ...POLL }))).toBe('session_ended');
  expect((await openEvents({ cookie: mine, ...POLL }).answer).statusCode).toBe(401);
  const id = await source.publish({ tenant: 'acme' });
  await kept.waitFor('event');
  expect(kept.named('event').map((event) => event.id)).toEqual([id]);
});
