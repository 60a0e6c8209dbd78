import { request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { findUnknownEventTypes } from '@hookline/contracts';
import {
  createTestDatabase,
  type ReceivedRequest,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { openPortal } from './open-portal.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let gateway: TestGateway;
let replica: TestGateway;
let made = 0;

const json = (body: unknown, status = 201) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  [gateway, replica] = await Promise.all([start(), start()]);
});

beforeEach(async () => {
  await owner.query('truncate idempotency_keys');
  // Every call that reaches a service makes something new.
  services.respond = ({ path }) =>
    path === findUnknownEventTypes.path ? json({ data: [] }, 200) : json({ data: { id: `ep_${made++}` } });
});

afterAll(async () => {
  await Promise.all([gateway?.close(), replica?.close()]);
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

function start(): Promise<TestGateway> {
  return startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
  });
}

const endpoint = { name: 'n', url: 'https://example.com/', events: ['*'] };
const create = (
  idempotencyKey: string,
  options: { body?: unknown; key?: string; url?: string; path?: string } = {},
) =>
  callApi(options.url ?? gateway.url, 'POST', options.path ?? '/api/webhooks', {
    body: options.body ?? endpoint,
    headers: { 'idempotency-key': idempotencyKey },
    ...(options.key === undefined ? {} : { key: options.key }),
  });
const created = (requests: readonly ReceivedRequest[]) =>
  requests.filter(({ method, path }) => method === 'POST' && path === '/api/webhooks').length;

test('a repeat gets the stored answer on every replica, and reaches no service', async () => {
  const first = await create('order 1');
  expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
  const before = services.requests.length;
  for (const url of [gateway.url, replica.url]) {
    const repeat = await create('order 1', { url });
    expect([repeat.status, repeat.body]).toEqual([first.status, first.body]);
    expect(repeat.headers.get('idempotent-replayed')).toBe('true');
    expect(repeat.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(repeat.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  }
  expect(services.requests).toHaveLength(before);
  expect((await create('order 2')).body.data.id).not.toBe(first.body.data.id);
});

test('without a key every call is made', async () => {
  const call = () => callApi(gateway.url, 'POST', '/api/webhooks', { body: endpoint });
  expect((await call()).body.data.id).not.toBe((await call()).body.data.id);
  expect((await owner.query('select from idempotency_keys')).rowCount).toBe(0);
});

test.each([
  ['another body', { body: { ...endpoint, name: 'other' } }],
  ['another query', { path: '/api/webhooks?userId=acme' }],
])('a key that stands for a request is refused for %s', async (_, options) => {
  const { key } = await createKey(gateway.url, 'acme');
  await create('reused', { key });
  const { status, body } = await create('reused', { key, ...options });
  expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
});

test('operators have keys of their own, apart for each tenant that they act for', async () => {
  const [first, second] = [await createKey(gateway.url), await createKey(gateway.url)];
  const forAcme = (key?: string) =>
    create('operators', { path: '/api/webhooks?userId=acme', ...(key === undefined ? {} : { key }) });
  const ids = [
    await create('operators'),
    await create('operators', { key: first.key }),
    await create('operators', { key: second.key }),
    await forAcme(),
    await forAcme(first.key),
    await create('operators', { key: first.key, body: { ...endpoint, userId: 'beta' } }),
    await create('operators', { key: (await createKey(gateway.url, 'acme')).key }),
  ].map(({ status, body }) => [status, body.data.id]);
  expect(ids.map(([status]) => status)).toEqual(ids.map(() => 201));
  expect(new Set(ids.map(([, id]) => id)).size).toBe(ids.length);
  const repeat = await forAcme(first.key);
  expect([repeat.body.data.id, repeat.headers.get('idempotent-replayed')]).toEqual([ids[4]?.[1], 'true']);
});

test('a portal session gets neither the stored answer of its tenant’s key nor of another portal session', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const [one, two] = await Promise.all(
    [1, 2].map(() => openPortal(gateway.url, { capabilities: ['endpoints:manage'] })),
  );
  const ids = [];
  for (const each of [key, one?.token ?? '', two?.token ?? ''])
    ids.push((await create('portal', { key: each })).body.data.id);
  expect(new Set(ids).size).toBe(3);
  expect((await create('portal', { key: one?.token ?? '' })).body.data.id).toBe(ids[1]);
});

test.each(['/api/webhooks', '/api/keys', '/api/events', '/api/events/batch'])(
  'two Idempotency-Key headers are refused at POST %s, and the header is named',
  async (path) => {
    const before = services.requests.length;
    for (const keys of [
      ['a', 'b'],
      ['a', 'a'],
      ['a', ''],
    ]) {
      const { status, body } = await postWithKeys(path, keys);
      expect([status, body.code]).toEqual([400, 'invalid_request']);
      expect(body.error).toBe('Idempotency-Key must be sent once, not several times');
    }
    expect(services.requests.length).toBe(before);
  },
);

test('an empty Idempotency-Key is refused when events are published, and the header is named', async () => {
  for (const path of ['/api/events', '/api/events/batch']) {
    const { status, body } = await postWithKeys(path, ['']);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.error).toContain('Idempotency-Key must be');
  }
});

test('a key stands for one operation of one tenant', async () => {
  const [acme, beta] = [await createKey(gateway.url, 'acme'), await createKey(gateway.url, 'beta')];
  const ids = [
    await create('shared'),
    await create('shared', { key: acme.key }),
    await create('shared', { key: beta.key }),
    await create('shared', { path: '/api/webhooks/ep_1/test', body: {} }),
  ].map(({ body }) => body.data.id);
  expect(new Set(ids).size).toBe(4);
  // Another key of the same tenant gets the tenant's answer.
  const second = await createKey(gateway.url, 'acme');
  expect((await create('shared', { key: second.key })).body.data.id).toBe(ids[1]);
});

test('while a call is running, a repeat is refused on every replica, and later gets its answer', async () => {
  const { release, reached } = holdCreation();
  const running = create('slow');
  await reached;
  for (const url of [gateway.url, replica.url]) {
    const { status, body, headers } = await create('slow', { url });
    expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'idempotency_key_in_use', '1']);
  }
  expect((await create('slow', { body: { ...endpoint, name: 'x' } })).body.code).toBe(
    'idempotency_key_reused',
  );
  release();
  const first = await running;
  expect(first.status).toBe(201);
  expect((await create('slow', { url: replica.url })).body).toEqual(first.body);
});

test('of many equal calls at once on two replicas, one is made', async () => {
  const before = created(services.requests);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      create('at once', { url: index % 2 === 0 ? gateway.url : replica.url }),
    ),
  );
  expect(created(services.requests)).toBe(before + 1);
  for (const { status } of answers) expect([201, 409]).toContain(status);
  const ids = answers.flatMap(({ status, body }) => (status === 201 ? [body.data.id] : []));
  expect(new Set(ids).size).toBe(1);
});

test('a call whose caller disconnects is carried through, and the caller’s repeat gets its answer', async () => {
  const before = created(services.requests);
  const { release, reached } = holdCreation();
  const gone = new AbortController();
  const call = fetch(`${gateway.url}/api/webhooks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${OPERATOR_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': 'impatient',
    },
    body: JSON.stringify(endpoint),
    signal: gone.signal,
  });
  await reached;
  gone.abort();
  await expect(call).rejects.toThrow();
  release();
  const repeat = await until(async () => {
    const answer = await create('impatient');
    return answer.status === 201 ? answer : undefined;
  });
  expect(repeat.headers.get('idempotent-replayed')).toBe('true');
  expect(created(services.requests)).toBe(before + 1);
});

test.each([
  [400, 'invalid_request'],
  [422, 'invalid_filter'],
  [429, 'rate_limited'],
  [500, 'internal'],
  [503, 'unavailable'],
])('an answer %i is not stored: the key may be used again', async (status, code) => {
  services.respond = () => json({ error: 'e', code, requestId: 'r' }, status);
  expect((await create('again')).status).toBe(status);
  services.respond = () => json({ data: { id: 'ep_done' } });
  const second = await create('again', { body: { ...endpoint, name: 'corrected' } });
  expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, null]);
});

test('a request that is not valid, and a service that does not answer, use up no key', async () => {
  expect((await create('clean', { body: { name: 1 } })).status).toBe(400);
  services.respond = () => ({ reset: true });
  expect((await create('clean')).status).toBe(503);
  expect((await owner.query('select from idempotency_keys')).rowCount).toBe(0);
});

test('a refusal by the state is stored: its repeat is refused in the same way', async () => {
  services.respond = () => json({ error: 'e', code: 'conflict', requestId: 'of the first' }, 409);
  expect((await create('refused')).body.requestId).toBe('of the first');
  services.respond = () => json({ data: { id: 'ep_done' } });
  const { status, body, headers } = await create('refused');
  expect([status, body.code, headers.get('idempotent-replayed')]).toEqual([409, 'conflict', 'true']);
});

test('every kind of write takes a key, the gateway’s own ones too', async () => {
  for (const [method, path, body] of [
    ['PUT', '/api/webhooks/ep_1', endpoint],
    ['PATCH', '/api/webhooks/ep_1', { name: 'x' }],
    ['DELETE', '/api/webhooks/ep_1', undefined],
    ['POST', '/api/keys', { userId: 'acme' }],
  ] as const) {
    services.respond = ({ method: sent }) =>
      json({ data: { id: 'ep_1', n: made++ } }, sent === 'POST' ? 201 : 200);
    const call = () =>
      callApi(gateway.url, method, path, { body, headers: { 'idempotency-key': `${method} ${path}` } });
    const [first, second] = [await call(), await call()];
    expect([method, second.status, second.body]).toEqual([method, first.status, first.body]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  }
  const read = await callApi(gateway.url, 'GET', '/api/keys', { headers: { 'idempotency-key': 'ignored' } });
  expect([read.status, read.headers.get('idempotent-replayed')]).toEqual([200, null]);
});

test('the stored answer of a created API key is sealed, and so is an endpoint’s secret', async () => {
  const { body } = await create('my key', { path: '/api/keys', body: { userId: 'acme' } });
  services.respond = () => json({ data: { id: 'ep_1', secret: 'whsec_shown-once' } });
  await create('my endpoint');
  const { rows } = await owner.query<{ text: string }>(
    'select idempotency_keys::text as text from idempotency_keys',
  );
  expect(rows).toHaveLength(2);
  for (const { text } of rows) {
    expect(text).not.toContain(body.data.key);
    expect(text).not.toContain('whsec_shown-once');
  }
  expect((await create('my key', { path: '/api/keys', body: { userId: 'acme' } })).body.data.key).toBe(
    body.data.key,
  );
});

test('an answer that was sealed with a key that is gone, or that was copied from another row, is not replayed', async () => {
  await create('lost');
  await create('other');
  await owner.query(
    `update idempotency_keys set sealed_body = (select sealed_body from idempotency_keys where key = 'other') where key = 'lost'`,
  );
  expect((await create('lost')).body.code).toBe('idempotent_answer_not_kept');
  const renewed = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    encryptionKeys: [Buffer.alloc(32, 'n').toString('base64')],
  });
  onTestFinished(() => renewed.close());
  const { status, body } = await create('other', { url: renewed.url });
  expect([status, body.code]).toEqual([409, 'idempotent_answer_not_kept']);
});

test('an answer that is too large to be stored arrives whole, and its repeat is refused', async () => {
  const text = 'x'.repeat(300_000);
  services.respond = () => json({ data: { id: 'ep_1', text } });
  expect((await create('large')).body.data.text).toBe(text);
  const before = services.requests.length;
  const { status, body } = await create('large');
  expect([status, body.code]).toEqual([409, 'idempotent_answer_not_kept']);
  expect(services.requests).toHaveLength(before);
});

test('a key whose replica ended is free for the same request after its lease, and for no other request', async () => {
  await create('abandoned');
  await owner.query(
    `update idempotency_keys set status = null, sealed_body = null, lease_until = now() + interval '1 minute'`,
  );
  expect((await create('abandoned')).body.code).toBe('idempotency_key_in_use');
  await owner.query(`update idempotency_keys set lease_until = now() - interval '1 second'`);
  expect((await create('abandoned', { body: { ...endpoint, name: 'x' } })).body.code).toBe(
    'idempotency_key_reused',
  );
  const again = await create('abandoned');
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, null]);
  expect((await create('abandoned')).headers.get('idempotent-replayed')).toBe('true');
});

test('a run that another one has taken over does not change the other one’s answer', async () => {
  const { release, reached } = holdCreation();
  const stale = create('overtaken');
  await reached;
  await owner.query(`update idempotency_keys set lease_until = now() - interval '1 second'`);
  services.respond = () => json({ data: { id: 'ep_of the second' } });
  const second = await create('overtaken', { url: replica.url });
  expect(second.status).toBe(201);
  release();
  expect((await stale).status).toBe(201);
  expect((await create('overtaken')).body).toEqual(second.body);
});

test('a key is free after 24 hours by the database’s clock', async () => {
  const first = await create('daily');
  const age = (text: string) =>
    owner.query(`update idempotency_keys set created_at = now() - interval '${text}'`);
  await age('23 hours 59 minutes');
  expect((await create('daily')).body).toEqual(first.body);
  await age('24 hours');
  const next = await create('daily', { body: { ...endpoint, name: 'another' } });
  expect([next.status, next.headers.get('idempotent-replayed')]).toEqual([201, null]);
});

test.each(['', 'k'.repeat(256), 'a\tb'])(
  'a key that is not 1 to 255 printable characters is refused: %j',
  async (key) => {
    const { status, body } = await create(key);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
  },
);

test('the results are counted', async () => {
  await create('counted');
  await create('counted');
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  for (const result of ['first', 'replayed', 'reused', 'in_use', 'not_kept']) {
    expect(text).toMatch(
      new RegExp(`hookline_gateway_idempotent_calls_total{result="${result}"[^}]*} [1-9]`),
    );
  }
});

const BODIES: Readonly<Record<string, object>> = {
  '/api/webhooks': endpoint,
  '/api/keys': { userId: 'acme' },
  '/api/events': { type: 'a.b', data: 1 },
  '/api/events/batch': { events: [{ type: 'a.b', data: 1 }] },
};

/** A valid call with several headers of the same name, each on a line of its own: `fetch` would join them. */
function postWithKeys(
  path: string,
  keys: string[],
): Promise<{ status: number; body: { code: string; error: string } }> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${gateway.url}${path}`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${OPERATOR_KEY}`,
          'content-type': 'application/json',
          'idempotency-key': keys,
        },
      },
      (answer) => {
        readText(answer).then(
          (body) => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(body) }),
          reject,
        );
      },
    );
    call.on('error', reject);
    call.end(JSON.stringify(BODIES[path]));
  });
}

/** Holds the next creation of an endpoint at the service. */
function holdCreation() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  services.respond = () => {
    reach();
    return { ...json({ data: { id: `ep_${made++}` } }), after: released };
  };
  return { release: () => release(), reached };
}
