import { API_OPERATIONS, type AuditEntry, operations } from '@hookline/contracts';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { auditedOperation } from '../src/audit/audited-operation.ts';
import { callApi, createKey } from './call-api.ts';
import { openPortal } from './open-portal.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

const JWT_SECRET = 'a-secret-of-the-tests-with-32-or-more-characters';

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let gateway: TestGateway;
let acme: { id: string; key: string };
let beta: { id: string; key: string };

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  gateway = await start();
  [acme, beta] = [await createKey(gateway.url, 'acme'), await createKey(gateway.url, 'beta')];
});

beforeEach(async () => {
  await owner.query('truncate audit_log');
  services.respond = () => json({ data: {} });
});

afterAll(async () => {
  await gateway?.close();
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

function start(): Promise<TestGateway> {
  return startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    jwt: { secret: JWT_SECRET },
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
  });
}

const list = async (query = '', key?: string): Promise<AuditEntry[]> => {
  const { status, body } = await callApi(gateway.url, 'GET', `/api/audit${query}`, key ? { key } : {});
  expect(status).toBe(200);
  return body.data;
};
const endpoint = { name: 'n', url: 'https://example.com/', events: ['*'] };

test('a change has an entry with who, what, where, before and after, when its answer arrives', async () => {
  const shown = { id: 'ep_1', userId: 'acme', name: 'old', url: 'https://example.com/', health: { a: 1 } };
  services.respond = ({ method }) =>
    json({ data: method === 'GET' ? shown : { ...shown, name: 'new', health: { a: 2 } } });
  const answer = await callApi(gateway.url, 'PATCH', '/api/webhooks/ep_1?userId=acme', {
    body: { name: 'new' },
    headers: { 'x-request-id': 'request-1' },
  });
  expect(answer.body.data.name).toBe('new');
  const entries = await list();
  expect(entries).toEqual([
    {
      id: expect.stringMatching(/^aud_/),
      at: expect.any(String),
      userId: 'acme',
      actor: { kind: 'environment', id: 'environment', role: 'operator' },
      operation: 'patchEndpoint',
      targetId: 'ep_1',
      outcome: 'done',
      status: 200,
      code: null,
      changes: { name: { before: 'old', after: 'new' } },
      requestId: 'request-1',
      address: '127.0.0.1',
    },
  ]);
  // The thing was read for the same caller, with the same request id.
  const read = services.requests.filter(({ method }) => method === 'GET').at(-1);
  expect(read?.path).toBe('/api/webhooks/ep_1?userId=acme');
  expect(read?.headers['x-request-id']).toBe('request-1');
});

test('the entry of a bulk call has its action, its filter and the number of what it selects', async () => {
  const job = {
    id: 'blk_1',
    userId: 'acme',
    kind: 'deliveries',
    action: 'cancel',
    filter: { webhookId: 'ep_1' },
    total: 1_200,
  };
  services.respond = () => json({ data: job }, 202);
  const body = { action: 'cancel', filter: { webhookId: 'ep_1' } };
  await callApi(gateway.url, 'POST', '/api/deliveries/bulk', { key: acme.key, body });
  const [entry] = await list();
  expect(entry).toMatchObject({
    operation: 'bulkDeliveries',
    targetId: 'blk_1',
    userId: 'acme',
    outcome: 'done',
    changes: {
      action: { after: 'cancel' },
      filter: { after: { webhookId: 'ep_1' } },
      total: { after: 1_200 },
    },
  });
});

test('a new thing and a deleted thing are in their entries, a call on a thing has its id', async () => {
  services.respond = ({ method }) =>
    json({ data: { id: 'ep_new', userId: 'acme', name: 'n' } }, method === 'POST' ? 201 : 200);
  await callApi(gateway.url, 'POST', '/api/webhooks', { key: acme.key, body: endpoint });
  await callApi(gateway.url, 'DELETE', '/api/webhooks/ep_new', { key: acme.key });
  services.respond = () => json({ data: { message: 'm' } });
  await callApi(gateway.url, 'POST', '/api/webhooks/ep_new/resume', { key: acme.key });
  const [resumed, deleted, created] = await list();
  expect(created).toMatchObject({
    operation: 'createEndpoint',
    targetId: 'ep_new',
    userId: 'acme',
    actor: { kind: 'key', id: acme.id, role: 'tenant' },
    changes: { name: { after: 'n' } },
  });
  expect(deleted).toMatchObject({
    operation: 'deleteEndpoint',
    targetId: 'ep_new',
    changes: { name: { before: 'n' } },
  });
  expect(resumed).toMatchObject({ operation: 'resumeEndpoint', targetId: 'ep_new', changes: null });
});

test('reads, publishes, computations and invalid requests have no entry', async () => {
  services.respond = ({ method }) => json({ data: { id: 'evt_1' } }, method === 'POST' ? 202 : 200);
  await callApi(gateway.url, 'GET', '/api/webhooks');
  await callApi(gateway.url, 'POST', '/api/events', { body: { type: 'a.b', data: {} } });
  await callApi(gateway.url, 'POST', '/api/events/batch', { body: { events: [{ type: 'a.b', data: {} }] } });
  await callApi(gateway.url, 'POST', '/api/webhooks/ep_1/explain', { body: {} });
  expect((await callApi(gateway.url, 'POST', '/api/webhooks', { body: {} })).status).toBe(400);
  expect((await callApi(gateway.url, 'POST', '/api/no-such-call', { body: {} })).status).toBe(404);
  expect((await callApi(gateway.url, 'GET', '/api/webhooks', { key: 'nonsense' })).status).toBe(401);
  expect(await list()).toEqual([]);
});

test('every operation that changes something is audited, and of the others the one that hands out tokens', () => {
  const writes = API_OPERATIONS.filter((operation) => auditedOperation(operation).isAudited).map(
    ({ id }) => id,
  );
  const reads = API_OPERATIONS.filter(({ id, method }) => method === 'GET' && writes.includes(id));
  expect(reads.map(({ id }) => id)).toEqual([operations.getConnectionToken.id]);
  const unaudited = API_OPERATIONS.filter(({ id, method }) => method !== 'GET' && !writes.includes(id));
  expect(unaudited.map(({ id }) => id).sort()).toEqual(
    [
      operations.publishEvent.id,
      operations.publishEvents.id,
      operations.reportLocalResults.id,
      operations.explainEndpoint.id,
      operations.diagnoseSource.id,
      operations.queryGraphql.id,
      operations.createFeedTicket.id,
      operations.renewPortalToken.id,
    ].sort(),
  );
});

test('refusals have an entry: another tenant’s thing, a role, a conflict, an invalid filter', async () => {
  await callApi(gateway.url, 'GET', '/api/keys?userId=beta', { key: acme.key });
  await callApi(gateway.url, 'POST', '/api/keys', { key: acme.key, body: {} });
  services.respond = () => json({ error: 'e', code: 'conflict', requestId: 'r' }, 409);
  await callApi(gateway.url, 'POST', '/api/deliveries/dlv_1/retry', { key: acme.key });
  services.respond = () => json({ code: 'invalid_filter', status: 422 }, 422);
  await callApi(gateway.url, 'POST', '/api/webhooks', { key: acme.key, body: endpoint });
  const entries = await until(async () => {
    const found = await list();
    return found.length === 4 && found;
  });
  expect(
    entries.map(({ operation, status, code, outcome, targetId, userId }) => [
      operation,
      status,
      code,
      outcome,
      targetId,
      userId,
    ]),
  ).toEqual([
    ['createEndpoint', 422, 'invalid_filter', 'refused', null, 'acme'],
    ['retryDelivery', 409, 'conflict', 'refused', 'dlv_1', 'acme'],
    ['createApiKey', 403, 'forbidden', 'refused', null, 'acme'],
    ['listApiKeys', 403, 'forbidden', 'refused', null, 'acme'],
  ]);
});

test('a call with a revoked key has an entry, although the key is refused', async () => {
  const { id, key } = await createKey(gateway.url, 'former');
  await callApi(gateway.url, 'DELETE', `/api/keys/${id}`);
  expect((await callApi(gateway.url, 'POST', '/api/webhooks', { key, body: endpoint })).status).toBe(401);
  const [entry] = await until(async () => {
    const found = await list(`?actor=${id}`);
    return found.length > 0 && found;
  });
  expect(entry).toMatchObject({
    operation: 'createEndpoint',
    userId: 'former',
    outcome: 'refused',
    status: 401,
    code: 'key_revoked',
  });
});

test('a call that failed is marked as one that may have been done, and a repeat as a repeat', async () => {
  services.respond = () => json({ error: 'e', code: 'unavailable', requestId: 'r' }, 503);
  await callApi(gateway.url, 'POST', '/api/webhooks', { body: endpoint });
  services.respond = () => json({ data: { id: 'ep_1' } }, 201);
  const repeat = () =>
    callApi(gateway.url, 'POST', '/api/webhooks', {
      body: endpoint,
      headers: { 'idempotency-key': 'twice' },
    });
  await repeat();
  await repeat();
  const entries = await until(async () => {
    const found = await list();
    return found.length === 3 && found;
  });
  expect(entries.map(({ outcome, status }) => [outcome, status])).toEqual([
    ['replayed', 201],
    ['done', 201],
    ['failed', 503],
  ]);
});

test('of the refusals of one actor 60 a minute are stored, and the others are counted', async () => {
  for (let n = 0; n < 70; n++) await callApi(gateway.url, 'POST', '/api/keys', { key: beta.key, body: {} });
  await callApi(gateway.url, 'POST', '/api/keys', { key: acme.key, body: {} });
  await until(async () => (await list(`?actor=${acme.id}`)).length === 1);
  expect(await list(`?actor=${beta.id}`)).toHaveLength(60);
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(text).toMatch(/hookline_audit_left_out_total{reason="budget"[^}]*} 10/);
});

test('no secret gets into the audit: not of an answer, a body, or what was there before', async () => {
  services.respond = () =>
    json(
      {
        data: {
          id: 'ep_1',
          secret: 'whsec_shown-once',
          auth: { type: 'api_key', header: 'x', key: 'shown-once' },
          headers: { 'x-a': '[redacted]' },
        },
      },
      201,
    );
  await callApi(gateway.url, 'POST', '/api/webhooks', { body: endpoint });
  services.respond = () => json({ data: { id: 'src_1', name: 'n' } });
  await callApi(gateway.url, 'PUT', '/api/sources/src_1', { body: { secret: 'shown-once' } });
  const { key } = await createKey(gateway.url, 'gamma');
  const { rows } = await owner.query<{ text: string }>('select audit_log::text as text from audit_log');
  expect(rows).toHaveLength(3);
  for (const { text } of rows) {
    expect(text).not.toContain('shown-once');
    expect(text).not.toContain(key);
  }
  expect((await list('?operation=updateSource'))[0]?.changes).toEqual({ secret: { after: '[redacted]' } });
});

test('a thing that is not there, is too large or cannot be read before a change does not stop the change', async () => {
  for (const before of [
    json({ error: 'e', code: 'not_found', requestId: 'r' }, 404),
    json({ data: { name: 'x'.repeat(300_000) } }),
    { status: 200, headers: { 'content-type': 'application/json' }, body: 'no JSON' },
    { reset: true },
  ]) {
    services.respond = ({ method }) =>
      method === 'GET' ? before : json({ data: { id: 'ep_1', name: 'new' } });
    const { status } = await callApi(gateway.url, 'PATCH', '/api/webhooks/ep_1', { body: { name: 'new' } });
    expect(status).toBe(200);
  }
  expect((await list()).map(({ changes }) => changes)).toEqual([null, null, null, null]);
});

test('the payload of a deleted event does not get into the audit', async () => {
  services.respond = () => json({ data: { id: 'evt_1', payload: { personal: 'data' } } });
  await callApi(gateway.url, 'DELETE', '/api/webhook-events/evt_1', { key: acme.key });
  expect(await list()).toMatchObject([{ operation: 'deleteEvent', targetId: 'evt_1', changes: null }]);
});

test('a token of a connection that is handed out has an entry, without the token', async () => {
  const secret = 'an-access-token-of-a-provider';
  services.respond = () => json({ data: { token: secret, kind: 'access', expiresAt: null } });
  const body = { userId: 'acme', scopes: ['connections:token'] };
  const { id, key } = (await callApi(gateway.url, 'POST', '/api/keys', { body })).body.data;
  const path = '/api/connections/con_1/token';
  expect((await callApi(gateway.url, 'GET', path, { key })).body.data.token).toBe(secret);
  expect((await callApi(gateway.url, 'GET', `${path}?userId=acme`)).status).toBe(200);
  const [byOperator, byTenant] = (await list()).filter(({ operation }) => operation === 'getConnectionToken');
  expect(byTenant).toMatchObject({
    actor: { kind: 'key', id, role: 'tenant' },
    userId: 'acme',
    targetId: 'con_1',
    outcome: 'done',
    status: 200,
    changes: null,
  });
  expect(byOperator).toMatchObject({ actor: { kind: 'environment' }, userId: 'acme', targetId: 'con_1' });
  const { rows } = await owner.query<{ text: string }>('select audit_log::text as text from audit_log');
  for (const { text } of rows) expect(text).not.toContain(secret);
});

test('the actor of a JWT is its subject', async () => {
  const token = await new SignJWT({ sub: 'a person', role: 'operator' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));
  await callApi(gateway.url, 'POST', '/api/webhooks/queue/pause', { key: token });
  expect(await list()).toMatchObject([
    { actor: { kind: 'jwt', id: 'a person', role: 'operator' }, operation: 'pauseQueue', userId: null },
  ]);
});

test('a sign-in and a sign-out have an entry, and the session is the actor of what is done with it', async () => {
  const signedIn = await callApi(gateway.url, 'POST', '/api/session', { key: acme.key });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const headers = { cookie, origin: gateway.url, 'x-hookline-csrf': '1' };
  await callApi(gateway.url, 'PATCH', '/api/sources/src_1', { key: null, headers, body: { name: 'x' } });
  await callApi(gateway.url, 'DELETE', '/api/session', { key: null, headers });
  // A key has no session: this ends nothing.
  await callApi(gateway.url, 'DELETE', '/api/session', { key: acme.key });
  const session = signedIn.body.data.id;
  expect(
    (await list()).map(({ operation, actor, targetId }) => [operation, actor.kind, actor.id, targetId]),
  ).toEqual([
    ['deleteSession', 'session', session, null],
    ['patchSource', 'session', session, 'src_1'],
    ['createSession', 'key', acme.id, session],
  ]);
  const { rows } = await owner.query<{ text: string }>('select audit_log::text as text from audit_log');
  for (const { text } of rows) expect(text).not.toContain(cookie.split('=')[1]);
});

test('a portal session has entries of its creation, its opening and what is done with it, without its tokens', async () => {
  const { token, sessionToken, session } = await openPortal(gateway.url, {
    capabilities: ['endpoints:manage'],
  });
  services.respond = () => json({ data: { id: 'ep_1' } });
  await callApi(gateway.url, 'DELETE', '/api/webhooks/ep_1', { key: token });
  await callApi(gateway.url, 'POST', '/api/portal/exchange', { key: sessionToken });
  await callApi(gateway.url, 'GET', '/api/sources', { key: token });
  await callApi(gateway.url, 'DELETE', `/api/portal/sessions/${session.id}`);
  const entries = await until(async () => {
    const found = await list();
    return found.length === 6 && found;
  });
  const shown = entries.map(({ operation, actor, userId, code }) => [operation, actor.kind, userId, code]);
  expect(shown).toHaveLength(6);
  for (const each of [
    ['createPortalSession', 'environment', 'acme', null],
    ['exchangePortalToken', 'portal_session', 'acme', null],
    ['deleteEndpoint', 'portal_session', 'acme', null],
    ['exchangePortalToken', 'portal_session', 'acme', 'portal_token_used'],
    ['listSources', 'portal_session', 'acme', 'forbidden'],
    ['endPortalSession', 'environment', null, null],
  ])
    expect(shown).toContainEqual(each);
  expect(
    new Set(entries.filter(({ actor }) => actor.kind === 'portal_session').map(({ actor }) => actor.id)),
  ).toEqual(new Set([session.id]));
  const { rows } = await owner.query<{ text: string }>('select audit_log::text as text from audit_log');
  for (const { text } of rows) for (const secret of [token, sessionToken]) expect(text).not.toContain(secret);
});

test('a tenant sees the entries about its own things only, and no address of an operator', async () => {
  services.respond = () => json({ data: { id: 'ep_1', userId: 'acme' } });
  await callApi(gateway.url, 'PATCH', '/api/webhooks/ep_1?userId=acme', { body: { name: 'by operator' } });
  await callApi(gateway.url, 'PATCH', '/api/webhooks/ep_1', { key: acme.key, body: { name: 'by itself' } });
  await callApi(gateway.url, 'PATCH', '/api/webhooks/ep_2', { key: beta.key, body: { name: 'other' } });
  services.respond = () => json({ data: { message: 'm' } });
  await callApi(gateway.url, 'POST', '/api/webhooks/queue/pause');
  const seen = await list('', acme.key);
  expect(seen.map(({ actor, address, userId }) => [actor.role, address, userId])).toEqual([
    ['tenant', '127.0.0.1', 'acme'],
    ['operator', null, 'acme'],
  ]);
  expect((await callApi(gateway.url, 'GET', '/api/audit?userId=beta', { key: acme.key })).status).toBe(403);
  expect((await list('?userId=beta')).map(({ userId }) => userId)).toEqual(['beta']);
  // The refused attempt has an entry of its own.
  await until(async () => (await list()).length === 5);
});

test('the audit is filtered by each field and read in pages', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    services.respond = () => json({ data: { id: `ep_${name}`, userId: 'acme' } }, 201);
    await callApi(gateway.url, 'POST', '/api/webhooks', {
      key: acme.key,
      body: endpoint,
      headers: { 'x-request-id': `request-${name}` },
    });
  }
  await callApi(gateway.url, 'DELETE', '/api/webhooks/ep_a', { key: beta.key });
  const targets = async (query: string) => (await list(query)).map(({ targetId }) => targetId);
  expect(await targets('?operation=deleteEndpoint')).toEqual(['ep_a']);
  expect(await targets(`?actor=${beta.id}`)).toEqual(['ep_a']);
  expect(await targets('?targetId=ep_a')).toEqual(['ep_a', 'ep_a']);
  expect(await targets('?requestId=request-c')).toEqual(['ep_c']);
  expect(await targets('?outcome=refused')).toEqual([]);
  expect(await targets('?endDate=2020-01-01')).toEqual([]);
  expect(await targets('?startDate=2020-01-01&outcome=done')).toHaveLength(6);
  expect((await callApi(gateway.url, 'GET', '/api/audit?startDate=nonsense')).status).toBe(400);

  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await callApi(gateway.url, 'GET', `/api/audit?limit=2${cursor && `&cursor=${cursor}`}`);
    found.push(...body.data.map(({ targetId }: AuditEntry) => targetId));
    if (!body.page.hasMore) break;
    cursor = body.page.nextCursor;
  }
  expect(found).toEqual(['ep_a', 'ep_e', 'ep_d', 'ep_c', 'ep_b', 'ep_a']);
});

test('the export has every entry in a line, then the count, and the same filters and limits as the list', async () => {
  services.respond = () => json({ data: { id: 'ep_1' } }, 201);
  for (const { key } of [acme, beta, acme])
    await callApi(gateway.url, 'POST', '/api/webhooks', { key, body: endpoint });
  const download = async (query: string, key = OPERATOR_KEY) => {
    const answer = await fetch(`${gateway.url}/api/audit/export${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toContain('audit.ndjson');
    return (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const end = (count: number) => ({ end: true, count, cursor: count === 0 ? null : expect.any(String) });
  expect(await download('', acme.key)).toEqual([...(await list('', acme.key)), end(2)]);
  expect(await download('')).toEqual([...(await list()), end(3)]);
  expect(await download('?operation=deleteEndpoint')).toEqual([end(0)]);
});

test('an export larger than a page is complete and in order', async () => {
  services.respond = () => json({ data: { id: 'ep_1' } }, 201);
  for (let round = 0; round < 26; round++) {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        callApi(gateway.url, 'POST', '/api/webhooks', { key: acme.key, body: endpoint }),
      ),
    );
  }
  const text = await (
    await fetch(`${gateway.url}/api/audit/export`, { headers: { authorization: `Bearer ${acme.key}` } })
  ).text();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.pop()).toMatchObject({ end: true, count: 520 });
  const ids = lines.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort().reverse());
  expect(ids).toHaveLength(520);
});

test('a change whose entry cannot be stored is not answered as done', async () => {
  const other = await start();
  onTestFinished(() => other.close());
  services.respond = () => json({ data: { id: 'ep_1' } }, 201);
  await owner.query('revoke insert on audit_log from hookline_system');
  onTestFinished(async () => void (await owner.query('grant insert on audit_log to hookline_system')));
  const { status, body } = await callApi(other.url, 'POST', '/api/webhooks', { body: endpoint });
  expect([status, body.code]).toEqual([503, 'unavailable']);
  expect(body.error).toContain('its audit entry is not stored');
  const text = await (await fetch(`${other.url}/metrics`)).text();
  expect(text).toMatch(/hookline_audit_left_out_total{reason="lost"[^}]*} 1/);
});

test('a target and a query of any text do not stop the audit of a refused call', async () => {
  await callApi(gateway.url, 'DELETE', `/api/keys/${encodeURIComponent(`x\u0000${'y'.repeat(400)}`)}`, {
    key: acme.key,
  });
  const [entry] = await until(async () => {
    const found = await list();
    return found.length > 0 && found;
  });
  expect(entry?.targetId).toBe(`x\ufffd${'y'.repeat(198)}`);
});
