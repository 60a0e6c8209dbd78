import { FEED_LIMITS } from '@hookline/contracts';
import {
  collectLogLines,
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { ServerSentClient } from './server-sent-client.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let replica: TestGateway;
let source: TestPublisher;
let acme: { id: string; key: string };
const opened: ServerSentClient[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  const options = {
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    allowedOrigins: ['https://app.example.com'],
    feed: { commentIntervalMs: 200, closeTimeoutMs: 120_000 },
  };
  [gateway, replica] = await Promise.all([startGateway(options), startGateway(options)]);
  source = await createTestPublisher(nats.url);
  acme = await createKey(gateway.url, 'acme');
});

afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

afterAll(async () => {
  await source?.close();
  await Promise.all([gateway?.close(), replica?.close()]);
  await nats?.stop();
  await database?.drop();
});

function open(
  options: ConstructorParameters<typeof ServerSentClient>[1] = {},
  url = gateway.url,
): ServerSentClient {
  const client = new ServerSentClient(url, options);
  opened.push(client);
  return client;
}

const statusOf = async (client: ServerSentClient) => (await client.answer).statusCode;

test('the answer begins with ready, is not stored or held back by proxies, and asks for a spread reconnect', async () => {
  const client = open();
  const ready = await client.waitFor('ready');
  const { headers, statusCode } = await client.answer;
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  expect(ready).toMatchObject({ replayed: 0, limits: FEED_LIMITS, cursor: client.lastEventId });
  expect(Date.parse(String(ready['serverTime']))).toBeGreaterThan(0);
  expect(client.retryMs).toBeGreaterThanOrEqual(2_000);
  expect(client.retryMs).toBeLessThanOrEqual(5_000);
});

test('a tenant gets its own events that match the query, with the original bytes of their payloads', async () => {
  const client = open({ key: acme.key, query: '?eventType=push,workflow_job&repository=acme/api,acme/web' });
  await client.waitFor('ready');
  const payload = Buffer.from('{ "n": 9007199254740993,\n\t"text": "h\\u00e9 🎉" }');
  const wanted = [
    await source.publish({ repository: 'acme/api', payload }),
    await source.publish({ type: 'github.workflow_job.queued', repository: 'acme/web' }),
  ];
  await source.publish({ tenant: 'beta', repository: 'acme/api' });
  await source.publish({ repository: 'acme/other' });
  await source.publish({ type: 'github.issues.opened', repository: 'acme/api' });
  wanted.push(await source.publish({ repository: 'acme/web' }));
  await client.waitForEvents(3);
  expect(client.eventIds).toEqual(wanted);
  expect(client.messages.some(({ data }) => data.includes('"data":{ "n": 9007199254740993,\n\t"text"'))).toBe(
    true,
  );
});

test('raw sends the bytes of the payload in base64', async () => {
  const client = open({ query: '?raw=true' });
  await client.waitFor('ready');
  await source.publish({ payload: Buffer.from('{\r\n  "n": 1e400\n}') });
  const [event] = await client.waitForEvents(1);
  expect(event?.data).toBe(null);
  expect(Buffer.from(event?.raw ?? '', 'base64').toString()).toBe('{\r\n  "n": 1e400\n}');
});

test('a client that comes back on another replica gets what it missed, by Last-Event-ID or by the cursor', async () => {
  const first = open({ query: '?userId=back' });
  await first.waitFor('ready');
  await source.publish({ tenant: 'back' });
  await first.waitForEvents(1);
  first.close();
  const missed = [await source.publish({ tenant: 'back' }), await source.publish({ tenant: 'back' })];
  const byHeader = open(
    { query: '?userId=back&cursor=nonsense', headers: { 'last-event-id': first.lastEventId } },
    replica.url,
  );
  const byQuery = open({ query: `?userId=back&cursor=${first.lastEventId}` }, replica.url);
  for (const client of [byHeader, byQuery]) {
    await client.waitForEvents(2);
    expect(client.eventIds).toEqual(missed);
    expect(client.messages.some(({ event }) => event === 'gap')).toBe(false);
  }
});

test('a gap is told with its reason, and the client goes on from the present', async () => {
  const client = open({ query: '?cursor=nonsense&userId=gap' });
  expect(await client.waitFor('gap')).toEqual({ reason: 'invalid_cursor' });
  await client.waitFor('ready');
  const id = await source.publish({ tenant: 'gap' });
  await client.waitForEvents(1);
  expect(client.eventIds).toEqual([id]);
});

test('a quiet connection has comments, and they move the position of the client', async () => {
  const quiet = open({ query: '?userId=quiet' });
  const busy = open({ query: '?userId=busy' });
  await Promise.all([quiet.waitFor('ready'), busy.waitFor('ready')]);
  await source.publish({ tenant: 'busy' });
  await busy.waitForEvents(1);
  await quiet.waitForComments(quiet.comments + 2);
  expect(quiet.lastEventId).toBe(busy.lastEventId);
  expect(quiet.events).toEqual([]);
});

test('a ticket opens one connection, on any replica, and a used, unknown or revoked one is refused', async () => {
  const ticketOf = async (key: string) =>
    (await callApi(gateway.url, 'POST', '/api/feed/tickets', { key })).body.data as {
      ticket: string;
      expiresAt: string;
    };
  const { ticket, expiresAt } = await ticketOf(acme.key);
  const restMs = Date.parse(expiresAt) - Date.now();
  expect(restMs).toBeGreaterThan(0);
  expect(restMs).toBeLessThanOrEqual(40_000);

  const attempts = [gateway, replica, gateway, replica].map(({ url }) =>
    open({ key: null, query: `?ticket=${ticket}` }, url),
  );
  const statuses = await Promise.all(attempts.map(statusOf));
  expect(statuses.toSorted()).toEqual([200, 401, 401, 401]);
  const winner = attempts[statuses.indexOf(200)] as ServerSentClient;
  await winner.waitFor('ready');
  await source.publish({ tenant: 'beta' });
  const id = await source.publish({ tenant: 'acme' });
  await winner.waitForEvents(1);
  expect(winner.eventIds).toEqual([id]);

  expect(await statusOf(open({ key: null, query: '?ticket=hft_unknown' }))).toBe(401);
  const doomed = await createKey(gateway.url, 'acme');
  const late = await ticketOf(doomed.key);
  await callApi(gateway.url, 'DELETE', `/api/keys/${doomed.id}`);
  expect(await statusOf(open({ key: null, query: `?ticket=${late.ticket}` }, replica.url))).toBe(401);
  expect((await callApi(gateway.url, 'POST', '/api/feed/tickets', { key: null })).status).toBe(401);
});

test('a ticket works only from where its key does', async () => {
  const { body } = await callApi(gateway.url, 'POST', '/api/keys', {
    body: { userId: 'acme', allowedAddresses: ['203.0.113.0/24'] },
  });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const ticketOf = async () =>
    (
      await callApi(gateway.url, 'POST', '/api/feed/tickets', {
        key: body.data.key,
        headers: from('203.0.113.9'),
      })
    ).body.data.ticket as string;
  const openFrom = async (address: string) => {
    const query = `?ticket=${await ticketOf()}`;
    const answer = await fetch(`${gateway.url}/api/feed${query}`, {
      headers: { ...from(address), accept: 'text/event-stream' },
    });
    const { status } = answer;
    await answer.body?.cancel();
    return status;
  };
  expect([await openFrom('203.0.113.10'), await openFrom('198.51.100.1')]).toEqual([200, 403]);
});

test('no line of the log has a ticket', async () => {
  const lines = collectLogLines();
  const logging = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    log: lines.destination,
  });
  const { body } = await callApi(logging.url, 'POST', '/api/feed/tickets', { key: acme.key });
  const { ticket } = body.data as { ticket: string };
  const statuses = [];
  for (const query of [`?ticket=${ticket}`, `?ticket=${ticket}`, `?ticket=${ticket}&repo=x`]) {
    const client = open({ key: null, query }, logging.url);
    statuses.push(await statusOf(client));
    client.close();
  }
  await logging.close();
  expect(statuses).toEqual([200, 401, 401]);
  expect(lines.text()).not.toBe('');
  expect(lines.text()).not.toContain(ticket);
});

test('bad queries, strangers and pages of other origins are refused before the first event', async () => {
  expect(await statusOf(open({ key: null }))).toBe(401);
  expect(await statusOf(open({ query: '?eventType=a..b' }))).toBe(400);
  expect(await statusOf(open({ query: '?repo=acme/api' }))).toBe(400);
  expect(await statusOf(open({ key: acme.key, query: '?userId=beta' }))).toBe(403);
  expect(await statusOf(open({ headers: { origin: 'https://evil.example.com' } }))).toBe(403);
  expect(await statusOf(open({ headers: { origin: 'https://app.example.com' } }))).toBe(200);
  const head = await fetch(`${gateway.url}/api/feed`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${acme.key}` },
  });
  expect(head.status).toBe(405);
});

test('a revoked key ends its connections within a second, and the browser is told not to come back', async () => {
  const { id, key } = await createKey(gateway.url, 'gone');
  const client = open({ key }, replica.url);
  await client.waitFor('ready');
  await callApi(gateway.url, 'DELETE', `/api/keys/${id}`);
  await client.ended;
  expect(await client.waitFor('closed')).toMatchObject({ code: 4001 });
  expect(await statusOf(open({ key }))).toBe(401);
});

test('a client that reads too slowly is cut off, can resume, and costs little memory meanwhile', async () => {
  const slow = open({ query: '?userId=slow' });
  const quick = open({ query: '?userId=slow' });
  await Promise.all([slow.waitFor('ready'), quick.waitFor('ready')]);
  await slow.pause();
  const payload = Buffer.from(JSON.stringify('x'.repeat(200_000)));
  const ids: string[] = [];
  // 20 MB: far more than the kernel's buffers take.
  for (let round = 0; round < 20; round++) {
    ids.push(
      ...(await Promise.all(Array.from({ length: 5 }, () => source.publish({ tenant: 'slow', payload })))),
    );
    await quick.waitForEvents(ids.length);
  }
  await slow.resume();
  await slow.ended;
  expect(slow.events.length).toBeLessThan(ids.length);
  expect(await slow.waitFor('bye')).toMatchObject({ code: 4108 });
  const again = open({ query: '?userId=slow', headers: { 'last-event-id': slow.lastEventId } });
  const ready = await again.waitFor('ready');
  if (again.messages.some(({ event }) => event === 'gap')) return;
  await again.waitForEvents(Number(ready['replayed']));
  expect(new Set([...slow.eventIds, ...again.eventIds])).toEqual(new Set(ids));
});

test('a replica that shuts down says when to come back, and ends', async () => {
  const other = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  const client = open({}, other.url);
  await client.waitFor('ready');
  await other.close();
  await client.ended;
  const bye = await client.waitFor<{ code: number; reconnectMs: number }>('bye');
  expect(bye.code).toBe(4200);
  expect(client.retryMs).toBe(bye.reconnectMs);
});
