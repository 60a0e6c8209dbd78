import { VIEW_LIMITS, VIEW_LISTS, VIEW_OPERATIONS } from '@hookline/contracts';
import { createDatabase } from '@hookline/db';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hashSessionSecret, makeSessionSecret } from '../src/auth/sessions/session-secret.ts';
import { insertSession } from '../src/sql/insert-session.ts';
import { type ApiAnswer, callApi, createKey } from './call-api.ts';
import { openPortal } from './open-portal.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

const JWT_SECRET = 'a-secret-of-the-tests-with-32-or-more-characters';

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let gateway: TestGateway;
let acme: { id: string; key: string };
let colleague: { id: string; key: string };
let beta: { id: string; key: string };

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  services.respond = () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"data":[]}',
  });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
    jwt: { secret: JWT_SECRET },
    signInLimit: { signIns: 1_000 },
  });
  [acme, colleague, beta] = await Promise.all([
    createKey(gateway.url, 'acme'),
    createKey(gateway.url, 'acme'),
    createKey(gateway.url, 'beta'),
  ]);
});

beforeEach(async () => void (await owner.query('truncate saved_views')));

afterAll(async () => {
  await gateway?.close();
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

const FAILED = { list: 'deliveries', name: 'Failed', filters: { status: 'failed' } };
const codeOf = ({ status, body }: ApiAnswer) => (status < 300 ? status : body.code);
const create = (key: string, body: object = {}) =>
  callApi(gateway.url, 'POST', '/api/views', { key, body: { ...FAILED, ...body } });
const change = (key: string, id: string, body: object) =>
  callApi(gateway.url, 'PATCH', `/api/views/${id}`, { key, body });
const remove = (key: string, id: string) => callApi(gateway.url, 'DELETE', `/api/views/${id}`, { key });
const list = async (key: string, query = '') =>
  (await callApi(gateway.url, 'GET', `/api/views${query}`, { key })).body.data as {
    id: string;
    name: string;
    list: string;
    isOwn: boolean;
    position: number;
  }[];
const namesOf = async (key: string, query = '') => (await list(key, query)).map(({ name }) => name);
const keyWith = async (scopes: string[], userId?: string): Promise<string> => {
  const { body } = await callApi(gateway.url, 'POST', '/api/keys', { body: { scopes, userId } });
  return body.data.key;
};

test('a view is created, read, changed and deleted, and has the path that opens it', async () => {
  const made = await create(acme.key, {
    filters: { status: 'failed', errorCode: 'timeout & more' },
    columns: ['id', 'webhook.name'],
    sort: '-createdAt',
  });
  expect([made.status, made.body.data]).toEqual([
    201,
    {
      id: expect.stringMatching(/^vw_/),
      list: 'deliveries',
      name: 'Failed',
      filters: { status: 'failed', errorCode: 'timeout & more' },
      columns: ['id', 'webhook.name'],
      sort: '-createdAt',
      shared: false,
      position: 0,
      path: '/api/deliveries?status=failed&errorCode=timeout+%26+more',
      isOwn: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    },
  ]);
  const { id, path } = made.body.data;
  expect((await callApi(gateway.url, 'GET', `/api/views/${id}`, { key: acme.key })).body).toEqual(made.body);
  expect((await callApi(gateway.url, 'GET', path, { key: acme.key })).status).toBe(200);

  const changed = await change(acme.key, id, { name: 'Timeouts', filters: { errorCode: null }, sort: null });
  expect(changed.body.data).toMatchObject({
    name: 'Timeouts',
    filters: { status: 'failed' },
    columns: ['id', 'webhook.name'],
    sort: null,
    path: '/api/deliveries?status=failed',
  });
  const whole = await change(acme.key, id, changed.body.data);
  expect([whole.status, whole.body.data.name]).toEqual([200, 'Timeouts']);
  expect((await remove(acme.key, id)).status).toBe(200);
  expect(codeOf(await remove(acme.key, id))).toBe('not_found');
  expect(await list(acme.key)).toEqual([]);
});

test.each(VIEW_LISTS)('a view of the list %s can be opened', async (name) => {
  const { properties } = VIEW_OPERATIONS[name].query as unknown as { properties: Record<string, object> };
  const filters = Object.hasOwn(properties, 'startDate') ? { startDate: '2026-03-01' } : {};
  const { status, body } = await create(acme.key, { list: name, filters });
  expect([status, body.error]).toEqual([201, undefined]);
  expect((await callApi(gateway.url, 'GET', body.data.path, { key: acme.key })).status).toBe(200);
});

test.each([
  ['another list', { list: 'keys' }, 'body/list'],
  ['no name', { name: '' }, 'body/name'],
  ['a long name', { name: 'x'.repeat(101) }, 'body/name'],
  ['an unknown filter', { filters: { state: 'failed' } }, 'body/filters/state'],
  ['a value that the filter does not have', { filters: { status: 'lost' } }, 'body/filters/status'],
  ['a page', { filters: { cursor: 'abc' } }, 'body/filters/cursor'],
  ['a number', { filters: { status: 7 } }, 'body/filters/status'],
  ['no date', { filters: { startDate: 'yesterday' } }, 'body/filters/startDate'],
  [
    'a reversed range',
    { filters: { startDate: '2026-03-02', endDate: '2026-03-01' } },
    'body/filters/endDate',
  ],
  ['another tenant', { filters: { userId: 'beta' } }, 'body/filters/userId'],
  ['a boolean in words', { list: 'dead-letters', filters: { discarded: 'maybe' } }, 'body/filters/discarded'],
  ['too many columns', { columns: Array.from({ length: 51 }, (_, n) => `c${n}`) }, 'body/columns'],
  ['a column of HTML', { columns: ['<b>'] }, 'body/columns/0'],
  ['a long value', { filters: { eventType: 'x'.repeat(1_001) } }, 'body/filters/eventType'],
])('a view with %s is refused, and the field is named', async (_, body, path) => {
  const { status, body: answer } = await create(acme.key, body);
  expect([status, answer.code, answer.details?.[0]?.path]).toEqual([400, 'invalid_request', path]);
  expect(await list(acme.key)).toEqual([]);
});

test('a change is checked as a new view is', async () => {
  const { id } = (await create(acme.key)).body.data;
  for (const body of [{ filters: { status: 'lost' } }, { name: null }, { filters: { userId: 'beta' } }])
    expect(codeOf(await change(acme.key, id, body))).toBe('invalid_request');
  expect(await list(acme.key)).toMatchObject([{ name: 'Failed', filters: { status: 'failed' } }]);
});

test('an own view is seen by its owner alone, a shared one by the whole tenant, and none by another tenant', async () => {
  await create(acme.key, { name: 'mine' });
  const shared = (await create(acme.key, { name: 'ours', shared: true })).body.data;
  expect(await namesOf(acme.key)).toEqual(['mine', 'ours']);
  expect((await list(colleague.key)).map(({ name, isOwn }) => [name, isOwn])).toEqual([['ours', false]]);
  expect(await list(beta.key)).toEqual([]);
  expect(await list(OPERATOR_KEY)).toEqual([]);
  for (const key of [beta.key, OPERATOR_KEY]) {
    expect(codeOf(await callApi(gateway.url, 'GET', `/api/views/${shared.id}`, { key }))).toBe('not_found');
    expect(codeOf(await change(key, shared.id, { name: 'theirs' }))).toBe('not_found');
    expect(codeOf(await remove(key, shared.id))).toBe('not_found');
  }
});

test('operators have views of their own, which no tenant sees', async () => {
  await create(OPERATOR_KEY, { name: 'of acme', filters: { userId: 'acme' }, shared: true });
  const other = await createKey(gateway.url);
  expect(await namesOf(OPERATOR_KEY)).toEqual(['of acme']);
  expect(await namesOf(other.key)).toEqual(['of acme']);
  expect(await list(acme.key)).toEqual([]);
});

test('a shared view is changed by its owner and by an admin, and by nobody else', async () => {
  const { id } = (await create(acme.key, { shared: true })).body.data;
  const [writer, admin] = await Promise.all([
    keyWith(['events:*'], 'acme'),
    keyWith(['events:read', 'admin'], 'acme'),
  ]);
  expect(codeOf(await change(writer, id, { name: 'x' }))).toBe('forbidden');
  expect(codeOf(await remove(writer, id))).toBe('forbidden');
  expect(codeOf(await change(admin, id, { name: 'by an admin' }))).toBe(200);
  expect(codeOf(await remove(admin, id))).toBe(200);
});

test('a read-only caller has views of its own and shares none', async () => {
  const reader = await keyWith(['*:read'], 'acme');
  const { id } = (await create(reader)).body.data;
  expect(codeOf(await change(reader, id, { name: 'still mine' }))).toBe(200);
  expect(codeOf(await change(reader, id, { shared: true }))).toBe('forbidden');
  expect(codeOf(await create(reader, { name: 'shared', shared: true }))).toBe('forbidden');
});

test('a view needs the scope of its list, to be made and to be seen', async () => {
  const limited = await keyWith(['events:read'], 'acme');
  expect(codeOf(await create(limited, { list: 'rejections', filters: {} }))).toBe('scope_missing');
  const { id } = (await create(acme.key, { list: 'rejections', filters: {}, shared: true })).body.data;
  await create(acme.key, { shared: true });
  expect((await list(limited)).map((view) => view.list)).toEqual(['deliveries']);
  expect(await list(limited, '?list=rejections')).toEqual([]);
  expect(codeOf(await callApi(gateway.url, 'GET', `/api/views/${id}`, { key: limited }))).toBe('not_found');
});

test('a portal session has no views', async () => {
  const { token } = await openPortal(gateway.url);
  expect(codeOf(await create(token))).toBe('forbidden');
  expect(codeOf(await callApi(gateway.url, 'GET', '/api/views', { key: token }))).toBe('forbidden');
});

test('a name is unique for an owner and a list', async () => {
  expect(codeOf(await create(acme.key))).toBe(201);
  const taken = await create(acme.key);
  expect([codeOf(taken), taken.body.error]).toEqual([
    'conflict',
    'There is a view "Failed" of this list already',
  ]);
  expect(codeOf(await create(acme.key, { list: 'attempts', filters: {} }))).toBe(201);
  expect(codeOf(await create(colleague.key))).toBe(201);
  const { id } = (await create(acme.key, { name: 'other' })).body.data;
  expect(codeOf(await change(acme.key, id, { name: 'Failed' }))).toBe('conflict');
});

test('views are listed by list and position, and a new one comes last', async () => {
  for (const name of ['a', 'b', 'c']) await create(acme.key, { name });
  await create(acme.key, { list: 'audit', name: 'd', filters: {} });
  const [, , , last] = await list(acme.key);
  expect(last).toMatchObject({ name: 'c', position: 2 });
  await change(acme.key, last?.id ?? '', { position: 0 });
  expect(await namesOf(acme.key)).toEqual(['d', 'a', 'c', 'b']);
  await change(acme.key, last?.id ?? '', { position: VIEW_LIMITS.position });
  expect((await create(acme.key, { name: 'e' })).body.data.position).toBe(VIEW_LIMITS.position);
  await change(acme.key, last?.id ?? '', { position: null });
  expect(await namesOf(acme.key, '?list=deliveries')).toEqual(['a', 'b', 'c', 'e']);
});

test('the number of views of an owner and of shared views of a tenant is bounded', async () => {
  const fill = (count: number, ownerId: string, shared: boolean) =>
    owner.query(
      `insert into saved_views (id, tenant_id, owner_id, list, name, filters, columns, shared, position)
       select 'vw_' || $2 || n, 'acme', $2, 'deliveries', 'n' || n, '{}', '{}', $3, 0 from generate_series(1, $1) n`,
      [count, ownerId, shared],
    );
  await fill(VIEW_LIMITS.own - 1, acme.id, false);
  expect(codeOf(await create(acme.key))).toBe(201);
  expect((await create(acme.key, { name: 'one more' })).body.error).toBe('You may have at most 100 views');
  await fill(VIEW_LIMITS.shared, 'key_other', true);
  const refused = await create(colleague.key, { shared: true });
  expect([codeOf(refused), refused.body.error]).toEqual([
    'conflict',
    'There may be at most 200 shared views',
  ]);
  const { id } = (await create(colleague.key)).body.data;
  expect(codeOf(await change(colleague.key, id, { shared: true }))).toBe('conflict');
});

test('calls at the same time add no more views than there may be', async () => {
  await owner.query(
    `insert into saved_views (id, tenant_id, owner_id, list, name, filters, columns, shared, position)
     select 'vw_' || n, 'acme', $1, 'deliveries', 'n' || n, '{}', '{}', false, 0 from generate_series(1, $2) n`,
    [acme.id, VIEW_LIMITS.own - 3],
  );
  const together = await Promise.all(
    Array.from({ length: 20 }, (_, n) => create(acme.key, { name: `together ${n}` })),
  );
  expect(together.filter(({ status }) => status === 201)).toHaveLength(3);
});

test('a rotated key hands its views on, to its sessions too, and a revoked one takes its own views with it', async () => {
  const old = await createKey(gateway.url, 'acme');
  const signedIn = await callApi(gateway.url, 'POST', '/api/session', { key: old.key });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
  await create(old.key, { name: 'mine' });
  await create(old.key, { name: 'ours', shared: true });
  const rotated = await callApi(gateway.url, 'POST', `/api/keys/${old.id}/rotate`, {
    body: { graceHours: 1 },
  });
  const next = rotated.body.data as { id: string; key: string };
  const bySession = await callApi(gateway.url, 'GET', '/api/views', { key: null, headers: { cookie } });
  expect(bySession.body.data.map(({ name }: { name: string }) => name)).toEqual(['mine', 'ours']);
  for (const key of [old.key, next.key]) expect(await namesOf(key)).toEqual(['mine', 'ours']);
  await callApi(gateway.url, 'DELETE', `/api/keys/${next.id}`);
  const { rows } = await owner.query('select name from saved_views');
  expect(rows).toEqual([{ name: 'ours' }]);
});

test('the owner of a JWT is its sub, and that of a person who signed in is the person', async () => {
  const jwt = () =>
    new SignJWT({ sub: 'acme' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(JWT_SECRET));
  await create(await jwt(), { name: 'of the token' });
  expect(await namesOf(await jwt())).toEqual(['of the token']);
  expect(await list(acme.key)).toEqual([]);

  const service = createDatabase({
    url: database.serviceUrl,
    applicationName: 'test',
    onConnectionError: () => {},
  });
  try {
    const signIn = async (id: string, subject: string) => {
      const secret = makeSessionSecret(false);
      const secretHash = hashSessionSecret(secret, undefined) as Buffer;
      await insertSession(service, { id, tenantId: 'acme', secretHash, scopes: ['*'], subject });
      return { cookie: `hl=${secret}`, origin: gateway.url, 'x-hookline-csrf': '1' };
    };
    const [first, second, other] = await Promise.all([
      signIn('ses_01BX5ZZKBKACTAV9WEVGEMMVR1', 'anna@example.com'),
      signIn('ses_01BX5ZZKBKACTAV9WEVGEMMVR2', 'anna@example.com'),
      signIn('ses_01BX5ZZKBKACTAV9WEVGEMMVR3', 'ben@example.com'),
    ]);
    await callApi(gateway.url, 'POST', '/api/views', { key: null, headers: first, body: FAILED });
    const seen = async (headers: Record<string, string>) =>
      (await callApi(gateway.url, 'GET', '/api/views', { key: null, headers })).body.data.length;
    expect([await seen(second), await seen(other)]).toEqual([1, 0]);
  } finally {
    await service.close();
  }
});

test('a JWT with a very long sub has views, Idempotency-Keys, portal sessions and audit entries as every other', async () => {
  const key = await new SignJWT({ sub: '語'.repeat(2_000), role: 'operator' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));
  const made = await callApi(gateway.url, 'POST', '/api/views', {
    key,
    body: FAILED,
    headers: { 'idempotency-key': 'k'.repeat(255) },
  });
  expect([made.status, await namesOf(key)]).toEqual([201, ['Failed']]);
  const session = await callApi(gateway.url, 'POST', '/api/portal/sessions', {
    key,
    body: { userId: '語'.repeat(200), readOnly: true, returnUrl: 'https://app.example.com/' },
    headers: { 'idempotency-key': 'k'.repeat(255) },
  });
  expect(session.status).toBe(201);
});

test('the operator key of the environment and its sessions have the same views', async () => {
  await create(OPERATOR_KEY, { name: 'of the operator' });
  const signedIn = await callApi(gateway.url, 'POST', '/api/session', { key: OPERATOR_KEY });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const { body } = await callApi(gateway.url, 'GET', '/api/views', { key: null, headers: { cookie } });
  expect(body.data).toMatchObject([{ name: 'of the operator', isOwn: true }]);
});

test('a repeat with the same Idempotency-Key makes one view, and another key of the tenant makes its own', async () => {
  const repeat = (key: string) =>
    callApi(gateway.url, 'POST', '/api/views', {
      key,
      body: FAILED,
      headers: { 'idempotency-key': 'the view' },
    });
  const [first, second, other] = [
    await repeat(acme.key),
    await repeat(acme.key),
    await repeat(colleague.key),
  ];
  expect(second.body).toEqual(first.body);
  expect(other.body.data.id).not.toBe(first.body.data.id);
});

test('the audit has each change of a view', async () => {
  await owner.query('truncate audit_log');
  const { id } = (await create(acme.key)).body.data;
  await change(acme.key, id, { name: 'x' });
  await remove(acme.key, id);
  const { rows } = await owner.query(
    'select operation, target_id as "targetId", tenant_id as tenant, outcome from audit_log order by id',
  );
  expect(rows).toEqual(
    ['createView', 'updateView', 'deleteView'].map((operation) => ({
      operation,
      targetId: id,
      tenant: 'acme',
      outcome: 'done',
    })),
  );
});
