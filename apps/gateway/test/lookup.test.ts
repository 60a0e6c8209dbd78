import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const json = { 'content-type': 'application/json' };

let nats: TestNats;
let database: TestDatabase;
let owners: Record<'ingest' | 'delivery' | 'scheduler', Receiver>;
let gateway: TestGateway;

const found = (kind: string) => ({
  kind,
  id: `${kind}_1`,
  userId: 'acme',
  path: `/${kind}`,
  title: kind,
  matchedBy: 'name',
});
const answer = (kind: string, isComplete = true) => ({
  headers: json,
  body: JSON.stringify({ data: { found: [found(kind)], isComplete } }),
});

beforeAll(async () => {
  const [ingest, delivery, scheduler] = await Promise.all([
    startReceiver(),
    startReceiver(),
    startReceiver(),
  ]);
  owners = { ingest, delivery, scheduler };
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: ingest.url, delivery: delivery.url, scheduler: scheduler.url },
  });
});

beforeEach(() => {
  owners.ingest.respond = () => answer('source');
  owners.delivery.respond = () => answer('event');
  owners.scheduler.respond = () => answer('connection');
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([nats?.stop(), ...Object.values(owners ?? {}).map((owner) => owner.close())]);
  await database?.drop();
});

const askedOf = (owner: Receiver, before: number) => owner.requests.slice(before).map(({ path }) => path);
const countRequests = () => ({
  ingest: owners.ingest.requests.length,
  delivery: owners.delivery.requests.length,
  scheduler: owners.scheduler.requests.length,
});

test('an id is looked up by the service that has it, and the others are not asked', async () => {
  const before = countRequests();
  const { body } = await callApi(gateway.url, 'GET', `/api/lookup?q=%20src_${ULID}&userId=acme`);
  expect(body.data).toEqual({ found: [found('source')], isComplete: true, unanswered: [] });
  expect(askedOf(owners.ingest, before.ingest)).toEqual([`/internal/lookup?q=src_${ULID}&userId=acme`]);
  expect(askedOf(owners.delivery, before.delivery)).toEqual([]);
  expect(askedOf(owners.scheduler, before.scheduler)).toEqual([]);
});

test('any other text is looked up by every service, for the tenant that asks', async () => {
  const before = countRequests();
  const { key } = await createKey(gateway.url, 'acme');
  const { body } = await callApi(gateway.url, 'GET', '/api/lookup?q=acme%2Fapi', { key });
  expect(body.data).toEqual({
    found: [found('event'), found('source'), found('connection')],
    isComplete: true,
    unanswered: [],
  });
  for (const [name, owner] of Object.entries(owners)) {
    const asked = owner.requests.slice(before[name as keyof typeof before]);
    expect(asked.map(({ path }) => path)).toEqual(['/internal/lookup?q=acme%2Fapi']);
    expect(asked[0]?.headers).toMatchObject({ 'x-hookline-role': 'tenant', 'x-hookline-tenant': 'acme' });
  }
});

test('a service that is down or fails is named, and the answers of the others are there', async () => {
  owners.ingest.respond = () => ({ status: 503, headers: json, body: '{"error":"x","code":"unavailable"}' });
  owners.scheduler.respond = () => answer('connection', false);
  const { status, body } = await callApi(gateway.url, 'GET', '/api/lookup?q=anything');
  expect(status).toBe(200);
  expect(body.data).toEqual({
    found: [found('event'), found('connection')],
    isComplete: false,
    unanswered: ['ingest'],
  });
  const down = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  onTestFinished(() => down.close());
  const none = await callApi(down.url, 'GET', '/api/lookup?q=anything');
  expect(none.body.data).toEqual({
    found: [],
    isComplete: false,
    unanswered: ['delivery', 'ingest', 'scheduler'],
  });
});

test('a key is found by its id, by its own tenant and by operators only', async () => {
  const { id, key } = await createKey(gateway.url, 'acme');
  const other = await createKey(gateway.url, 'other');
  const look = async (as?: string) =>
    (await callApi(gateway.url, 'GET', `/api/lookup?q=${id}`, as === undefined ? {} : { key: as })).body.data
      .found;
  expect(await look(key)).toMatchObject([{ kind: 'api_key', id, userId: 'acme', path: '/api/keys' }]);
  expect(await look()).toHaveLength(1);
  expect(await look(other.key)).toEqual([]);
});

test('a tenant cannot look for another tenant, and a text is needed', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const before = countRequests();
  const foreign = await callApi(gateway.url, 'GET', '/api/lookup?q=x&userId=other', { key });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'forbidden']);
  expect((await callApi(gateway.url, 'GET', '/api/lookup', { key })).status).toBe(400);
  expect((await callApi(gateway.url, 'GET', `/api/lookup?q=${'x'.repeat(201)}`, { key })).status).toBe(400);
  const blank = await callApi(gateway.url, 'GET', '/api/lookup?q=%20', { key });
  expect(blank.body.data).toEqual({ found: [], isComplete: true, unanswered: [] });
  expect(countRequests()).toEqual(before);
});

test('the request id of an audited call leads to its entry, for the caller who may read the audit, in its own tenant', async () => {
  const { headers } = await callApi(gateway.url, 'POST', '/api/keys', {
    body: { userId: 'acme', scopes: ['admin'] },
  });
  const requestId = headers.get('x-request-id') as string;
  const lookUp = async (key?: string) => {
    const { body } = await callApi(gateway.url, 'GET', `/api/lookup?q=${requestId}`, key ? { key } : {});
    return (body.data.found as { kind: string }[]).filter(({ kind }) => kind === 'audit_entry');
  };
  expect(await lookUp()).toEqual([
    {
      kind: 'audit_entry',
      id: expect.any(String),
      userId: 'acme',
      path: `/api/audit?requestId=${requestId}`,
      title: 'createApiKey: done (201)',
      matchedBy: 'request_id',
    },
  ]);
  const [own, other] = await Promise.all(['acme', 'beta'].map((tenant) => createKey(gateway.url, tenant)));
  expect([(await lookUp(own?.key)).length, (await lookUp(other?.key)).length]).toEqual([1, 0]);
  const { body } = await callApi(gateway.url, 'POST', '/api/keys', {
    body: { userId: 'acme', scopes: ['*:read'] },
  });
  expect(await lookUp(body.data.key)).toEqual([]);
});
