import { FEED_CLOSE, SCOPES } from '@hookline/contracts';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiAnswer, callApi } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let gateway: TestGateway;
let replica: TestGateway;
const opened: FeedSocket[] = [];

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  services.respond = () => ({ headers: { 'content-type': 'application/json' }, body: '{"data":[]}' });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const common = {
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
  };
  [gateway, replica] = await Promise.all([startGateway(common), startGateway(common)]);
});

afterAll(async () => {
  for (const socket of opened) socket.close();
  await Promise.all([gateway?.close(), replica?.close()]);
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

const api = (method: string, path: string, body?: unknown, key?: string) =>
  callApi(gateway.url, method, path, {
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { key }),
  });
const codeOf = ({ status, body }: ApiAnswer) => (status < 300 ? status : body.code);

async function createKey(body: object): Promise<{ id: string; key: string; expiresAt: string | null }> {
  const answer = await api('POST', '/api/keys', { userId: 'acme', ...body });
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return answer.body.data;
}
const use = async (key: string, url = gateway.url, headers: Record<string, string> = {}) =>
  codeOf(await callApi(url, 'GET', '/api/webhooks', { key, headers }));

const storedKey = async (id: string) =>
  (await api('GET', '/api/keys?limit=1000')).body.data.find((each: { id: string }) => each.id === id);
const openFeed = (key: string, url = gateway.url) => {
  const socket = new FeedSocket(url, { key });
  opened.push(socket);
  return socket;
};
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

test('a key may do what its scopes say, and the answer to anything else names the missing scope', async () => {
  const { key } = await createKey({ scopes: ['endpoints:read'] });
  expect(await use(key)).toBe(200);
  const refused = await api('POST', '/api/webhooks', { name: 'a' }, key);
  expect([refused.status, refused.body.code]).toEqual([403, 'scope_missing']);
  expect(refused.body.error).toContain('"endpoints:write"');
});

test('a key without scopes in its request may do everything but hand out tokens of connections', async () => {
  const { key } = await createKey({});
  expect(codeOf(await api('GET', '/api/connections/con_1', undefined, key))).toBe(200);
  expect(codeOf(await api('GET', '/api/connections/con_1/token', undefined, key))).toBe('scope_missing');
  const named = await createKey({ scopes: ['connections:token'] });
  expect(codeOf(await api('GET', '/api/connections/con_1/token', undefined, named.key))).toBe(200);
});

test('a key gives no scope away that it does not have, neither to a new key nor by a rotation', async () => {
  const made = await api('POST', '/api/keys', { scopes: ['admin', 'events:read'] });
  const maker = made.body.data.key as string;
  const more = await api('POST', '/api/keys', { scopes: ['events:*'] }, maker);
  expect([codeOf(more), more.body.error]).toEqual(['scope_missing', expect.stringContaining('events:write')]);
  expect((await api('POST', '/api/keys', { scopes: ['events:read'] }, maker)).status).toBe(201);
  // Without scopes the new key would have all.
  expect(codeOf(await api('POST', '/api/keys', {}, maker))).toBe('scope_missing');
  const strong = await createKey({ scopes: ['*'] });
  expect(codeOf(await api('POST', `/api/keys/${strong.id}/rotate`, {}, maker))).toBe('scope_missing');
  expect(await use(strong.key)).toBe(200);
});

test('a key makes no key that lives longer or works at more addresses, and what is left out is as with itself', async () => {
  const end = inMs(600_000);
  const scopes = ['admin', 'events:read'];
  const network = ['127.0.0.0/8', '203.0.113.0/24'];
  const made = await api('POST', '/api/keys', { scopes, expiresAt: end, allowedAddresses: network });
  const maker = made.body.data.key as string;
  const make = (body: object) => api('POST', '/api/keys', { scopes: ['events:read'], ...body }, maker);

  const alike = await make({});
  expect(alike.body.data).toMatchObject({ expiresAt: end, allowedAddresses: network });
  const less = { expiresAt: inMs(300_000), allowedAddresses: ['203.0.113.128/25'] };
  expect((await make(less)).body.data).toMatchObject(less);
  for (const [body, told] of [
    [{ expiresAt: null }, 'ends no later'],
    [{ expiresAt: inMs(900_000) }, 'ends no later'],
    [{ allowedAddresses: null }, 'no other addresses'],
    [{ allowedAddresses: ['203.0.113.0/24', '198.51.100.7'] }, 'no other addresses'],
    [{ allowedAddresses: ['203.0.112.0/23'] }, 'no other addresses'],
  ] as const) {
    const refused = await make(body);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect(refused.body.error).toContain(told);
  }
});

test('a rotation makes no key that lives longer or works at more addresses than the key that rotates it', async () => {
  const scopes = ['admin'];
  const maker = async (limits: object) =>
    (await api('POST', '/api/keys', { scopes, ...limits })).body.data as { id: string; key: string };
  const target = async (limits: object) =>
    (await api('POST', '/api/keys', { scopes, ...limits })).body.data.id;
  const rotate = (id: string, by: string, body: object = {}) =>
    api('POST', `/api/keys/${id}/rotate`, body, by);

  const ends = await maker({ expiresAt: inMs(600_000) });
  // By default it would live as long as it has, or for ever.
  for (const limits of [{}, { expiresAt: inMs(900_000) }])
    expect((await rotate(await target(limits), ends.key)).body).toMatchObject({
      code: 'forbidden',
      error: expect.stringContaining('ends no later'),
    });
  const within = inMs(300_000);
  const rotated = await rotate(await target({}), ends.key, { expiresAt: within });
  expect(rotated.body.data).toMatchObject({ expiresAt: within });
  expect((await rotate(ends.id, ends.key)).body.code).toBe('forbidden');

  const inside = await maker({ allowedAddresses: ['127.0.0.0/8'] });
  expect((await rotate(await target({}), inside.key)).body).toMatchObject({
    code: 'forbidden',
    error: expect.stringContaining('no other addresses'),
  });
  expect((await rotate(await target({ allowedAddresses: ['127.0.0.1'] }), inside.key)).status).toBe(201);
});

test('the operator key of the environment can give every scope', async () => {
  expect((await api('POST', '/api/keys', { scopes: [...SCOPES] })).status).toBe(201);
});

test.each([
  [{ scopes: ['everything'] }, 'body/scopes/0'],
  [{ scopes: [] }, 'body/scopes'],
  [{ expiresAt: '2020-01-01T00:00:00Z' }, 'body/expiresAt'],
  [{ expiresAt: 'tomorrow' }, 'body/expiresAt'],
  [{ allowedAddresses: [] }, 'body/allowedAddresses'],
  [{ allowedAddresses: ['10.0.0.0/8', '10.0.0.0/33'] }, 'body/allowedAddresses/1'],
])('a key with %j is refused, and the answer names the field', async (body, path) => {
  const answer = await api('POST', '/api/keys', body);
  expect([answer.status, answer.body.details[0].path]).toEqual([400, path]);
});

test('a key ends at its expiry, on a replica that has cached it too, and its feed is closed', async () => {
  const { id, key } = await createKey({ expiresAt: inMs(5_000) });
  expect([await use(key), await use(key, replica.url)]).toEqual([200, 200]);
  const socket = openFeed(key, replica.url);
  await socket.waitFor('ready');
  expect((await socket.closed).code).toBe(FEED_CLOSE.expired);
  const { rows } = await owner.query<{ early: boolean }>(
    // The replica counts from when it asked for the key, and a busy machine answers late.
    "select now() < expires_at - interval '3 seconds' as early from api_keys where id = $1",
    [id],
  );
  expect(rows).toEqual([{ early: false }]);
  await until(async () => (await use(key, replica.url)) !== 200);
  expect([await use(key), await use(key, replica.url)]).toEqual(['key_expired', 'key_expired']);
});

test('a revoked key says so, on both replicas', async () => {
  const { id, key } = await createKey({});
  expect([await use(key), await use(key, replica.url)]).toEqual([200, 200]);
  await api('DELETE', `/api/keys/${id}`);
  await until(async () => (await use(key, replica.url)) !== 200);
  expect([await use(key), await use(key, replica.url)]).toEqual(['key_revoked', 'key_revoked']);
});

test('after a rotation both keys are valid, and with a grace period of 0 only the new one', async () => {
  const first = await createKey({ name: 'CI', scopes: ['endpoints:*'], allowedAddresses: ['127.0.0.0/8'] });
  const second = (await api('POST', `/api/keys/${first.id}/rotate`, { graceHours: 1 })).body.data;
  expect([await use(first.key), await use(second.key)]).toEqual([200, 200]);
  expect(second).toMatchObject({
    name: 'CI',
    userId: 'acme',
    scopes: ['endpoints:*'],
    allowedAddresses: ['127.0.0.0/8'],
    expiresAt: null,
  });
  const old = await storedKey(first.id);
  expect(old.rotatedTo).toBe(second.id);
  expect(Date.parse(old.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);

  expect(await use(second.key, replica.url)).toBe(200);
  const socket = openFeed((await createKey({})).key, replica.url);
  const third = (await api('POST', `/api/keys/${second.id}/rotate`, { graceHours: 0 })).body.data;
  await until(async () => (await use(second.key, replica.url)) !== 200);
  expect([await use(second.key), await use(second.key, replica.url), await use(third.key)]).toEqual([
    'key_rotated',
    'key_rotated',
    200,
  ]);
  await socket.waitFor('ready');
});

test('the feed of a key that was rotated is closed when the grace period ends', async () => {
  const { id, key } = await createKey({});
  const socket = openFeed(key, replica.url);
  await socket.waitFor('ready');
  await api('POST', `/api/keys/${id}/rotate`, { graceHours: 1 });
  // As if the hour was almost over. A replica that is connected again looks at the keys of its connections.
  await owner.query("update api_keys set expires_at = now() + interval '8 seconds' where id = $1", [id]);
  await nats.kill();
  await nats.restart();
  await socket.closed;
  const { rows } = await owner.query<{ ended: boolean }>(
    "select now() > expires_at - interval '3 seconds' as ended from api_keys where id = $1",
    [id],
  );
  expect(rows).toEqual([{ ended: true }]);
  expect(await use(key, replica.url)).toBe('key_rotated');
});

test('a rotation never makes a key valid for longer, and brings no key back', async () => {
  const short = await createKey({ expiresAt: inMs(60_000) });
  const successor = (await api('POST', `/api/keys/${short.id}/rotate`, { graceHours: 24 })).body.data;
  expect((await storedKey(short.id)).expiresAt).toBe(short.expiresAt);
  // As long a life as the old key had.
  const life = Date.parse(successor.expiresAt) - Date.parse(successor.createdAt);
  expect(life).toBeGreaterThan(50_000);
  expect(life).toBeLessThanOrEqual(60_000);

  const rotate = async (id: string) => codeOf(await api('POST', `/api/keys/${id}/rotate`, {}));
  expect(await rotate(short.id)).toBe('conflict');
  const revoked = await createKey({});
  await api('DELETE', `/api/keys/${revoked.id}`);
  expect([await rotate(revoked.id), await use(revoked.key)]).toEqual(['conflict', 'key_revoked']);
  const expired = await createKey({ expiresAt: inMs(60_000) });
  await owner.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [
    expired.id,
  ]);
  expect([await rotate(expired.id), await use(expired.key)]).toEqual(['conflict', 'key_expired']);
  expect(await rotate('key_unknown')).toBe('not_found');
});

test('the successor of a key that lasts until the year 9999 lasts as long, and has a time that answers can hold', async () => {
  const last = '9999-12-31T23:59:59.999Z';
  const old = await createKey({ expiresAt: last });
  const { status, body } = await api('POST', `/api/keys/${old.id}/rotate`, { graceHours: 24 });
  expect([status, body.data.expiresAt]).toEqual([201, last]);
});

test('of rotations of one key at the same time, one succeeds', async () => {
  const { id } = await createKey({});
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => api('POST', `/api/keys/${id}/rotate`, {})),
  );
  expect(answers.map(codeOf).sort()).toEqual([201, ...Array(7).fill('conflict')].sort());
});

test('a key with addresses works from those alone, by the header of a trusted proxy', async () => {
  const { key } = await createKey({ allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] });
  const from = (address: string) => use(key, gateway.url, { 'x-forwarded-for': address });
  expect(await from('203.0.113.9')).toBe(200);
  expect(await from('2001:db8::9')).toBe(200);
  expect(await from('::ffff:203.0.113.9')).toBe(200);
  expect(await from('203.0.114.9')).toBe('address_not_allowed');
  expect(await use(key)).toBe('address_not_allowed');
  // The client wrote the first address itself; the proxy added the second.
  expect(await from('203.0.113.9, 198.51.100.1')).toBe('address_not_allowed');

  const inside = new FeedSocket(gateway.url, { key, headers: { 'x-forwarded-for': '203.0.113.9' } });
  opened.push(inside);
  await inside.waitFor('ready');
  const outside = new FeedSocket(gateway.url, { key: null });
  opened.push(outside);
  outside.socket.on('open', () => outside.send({ type: 'authenticate', token: key }));
  expect((await outside.closed).code).toBe(FEED_CLOSE.forbidden);
});

test('the feed needs the scope events:read', async () => {
  const { key } = await createKey({ scopes: ['events:write', 'endpoints:*'] });
  const socket = new FeedSocket(gateway.url, { key: null });
  opened.push(socket);
  socket.socket.on('open', () => socket.send({ type: 'authenticate', token: key }));
  const { code, reason } = await socket.closed;
  expect([code, reason]).toEqual([FEED_CLOSE.forbidden, expect.stringContaining('"events:read"')]);
});

test('the last use is stored once for many requests, by both replicas together', async () => {
  const { id, key } = await createKey({});
  expect((await storedKey(id)).lastUsedAt).toBe(null);
  await owner.query(`create table uses (id text);
    create function note_use() returns trigger language plpgsql security definer set search_path = public as
      'begin insert into uses values (new.id); return new; end';
    create trigger note_use after update of last_used_at on api_keys for each row execute function note_use()`);
  await Promise.all(
    Array.from({ length: 200 }, (_, count) => use(key, count % 2 ? gateway.url : replica.url)),
  );
  await until(async () => (await storedKey(id)).lastUsedAt !== null);
  // The other replica's write comes within its own second, and changes nothing.
  await Promise.all([gateway, replica].map(async ({ url }) => use(key, url)));
  const { rows } = await owner.query<{ uses: number }>(
    'select count(*)::integer as uses from uses where id = $1',
    [id],
  );
  // A gateway refuses to start while there is a table without row level security.
  await owner.query('drop function note_use cascade; drop table uses');
  expect(rows).toEqual([{ uses: 1 }]);
});

test('an address with many failures gets 429 for what fails, and right keys still work from it, also those that are new to the replica', async () => {
  const limited = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
    failureLimit: { failures: 5, windowSeconds: 600 },
  });
  try {
    const from = { 'x-forwarded-for': '198.51.100.7' };
    const call = (key: string | null, headers: Record<string, string> = from) =>
      callApi(limited.url, 'GET', '/api/webhooks', { key, headers });
    const [seen, unseen] = [await createKey({}), await createKey({})];
    expect((await call(seen.key)).status).toBe(200);
    const wrong: string[] = [];
    for (let count = 0; count < 8; count++) wrong.push((await call(`guess-${count}`)).body.code);
    expect(wrong).toEqual([...Array(5).fill('unauthenticated'), ...Array(3).fill('rate_limited')]);
    const refused = await call('guess-9');
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect([(await call(seen.key)).status, (await call(unseen.key)).status]).toEqual([200, 200]);
    // A guess that looks like a key is looked up, and told no more than the others.
    const ended = await createKey({});
    await api('DELETE', `/api/keys/${ended.id}`);
    expect((await call(ended.key)).body.code).toBe('rate_limited');
    // A program that repeats one revoked key is told why, and uses up nothing.
    const revoked = await createKey({});
    await api('DELETE', `/api/keys/${revoked.id}`);
    const elsewhere = { 'x-forwarded-for': '198.51.100.9' };
    for (let count = 0; count < 20; count++)
      expect((await call(revoked.key, elsewhere)).body.code).toBe('key_revoked');
    expect((await call((await createKey({})).key, elsewhere)).status).toBe(200);
    // Neither other addresses nor requests without a key are concerned.
    expect((await call(unseen.key, { 'x-forwarded-for': '198.51.100.8' })).status).toBe(200);
    expect((await call(null)).status).toBe(401);
  } finally {
    await limited.close();
  }
});
