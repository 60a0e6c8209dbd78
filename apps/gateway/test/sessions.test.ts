import { FEED_CLOSE, INTERNAL_HEADERS } from '@hookline/contracts';
import { createDatabase } from '@hookline/db';
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
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteEndedSessions } from '../src/sql/delete-ended-sessions.ts';
import { type ApiAnswer, callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

const JWT_SECRET = 'a-secret-of-the-tests-with-32-or-more-characters';
const OTHER_ORIGIN = 'https://app.example.com';
const ENDPOINT = { name: 'a', url: 'https://a.example', events: ['*'] };

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let gateway: TestGateway;
let replica: TestGateway;
const opened: FeedSocket[] = [];
const common = () => ({
  databaseUrl: database.serviceUrl,
  natsUrl: nats.url,
  upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
  jwt: { secret: JWT_SECRET },
  allowedOrigins: [OTHER_ORIGIN],
  signInLimit: { signIns: 1_000 },
});

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  services.respond = ({ method }) => ({
    status: method === 'POST' ? 201 : 200,
    headers: { 'content-type': 'application/json' },
    body: '{"data":{}}',
  });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  [gateway, replica] = await Promise.all([startGateway(common()), startGateway(common())]);
});

afterAll(async () => {
  for (const socket of opened) socket.close();
  await Promise.all([gateway?.close(), replica?.close()]);
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

const codeOf = ({ status, body }: ApiAnswer) => (status < 300 ? status : body.code);

interface SignedIn {
  /** The header Cookie. */
  cookie: string;
  id: string;
  setCookie: string;
}

async function signIn(key: string, url = gateway.url): Promise<SignedIn> {
  const answer = await callApi(url, 'POST', '/api/session', { key });
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  const setCookie = answer.headers.get('set-cookie') ?? '';
  return { cookie: setCookie.split(';')[0] as string, id: answer.body.data.id, setCookie };
}

/** Calls as a page of the gateway's own origin does. */
const asPage = (
  cookie: string,
  method: string,
  path: string,
  { url = gateway.url, headers = {}, body }: { url?: string; headers?: object; body?: unknown } = {},
) =>
  callApi(url, method, path, {
    key: null,
    headers: {
      cookie,
      ...(method === 'GET' ? {} : { origin: url, 'x-hookline-csrf': '1' }),
      ...headers,
    } as Record<string, string>,
    ...(body === undefined ? {} : { body }),
  });
const openFeed = (headers: Record<string, string>, url = gateway.url) => {
  const socket = new FeedSocket(url, { key: null, headers });
  opened.push(socket);
  return socket;
};

test('a sign-in with a key sets a cookie that stands for the key on every replica', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const { cookie, id, setCookie } = await signIn(key);
  expect(setCookie).toMatch(/^hl=s_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/);
  const shown = await asPage(cookie, 'GET', '/api/session', { url: replica.url });
  expect(shown.headers.get('cache-control')).toBe('no-store');
  expect(shown.body.data).toMatchObject({
    id,
    kind: 'session',
    role: 'tenant',
    userId: 'acme',
    readOnly: false,
  });
  const hours = (Date.parse(shown.body.data.expiresAt) - Date.now()) / 3_600_000;
  expect(Math.abs(hours - 12)).toBeLessThan(0.1);
  expect(codeOf(await asPage(cookie, 'GET', '/api/webhooks'))).toBe(200);
  expect(services.requests.at(-1)?.headers).toMatchObject({
    [INTERNAL_HEADERS.role]: 'tenant',
    [INTERNAL_HEADERS.tenant]: 'acme',
    [INTERNAL_HEADERS.keyId]: id,
  });
  expect(services.requests.at(-1)?.headers.cookie).toBe(undefined);
});

test('who calls with a key, a token or nothing is told as well', async () => {
  const { key, id } = await createKey(gateway.url, 'acme');
  const show = (token: string | null) => callApi(gateway.url, 'GET', '/api/session', { key: token });
  expect((await show(key)).body.data).toMatchObject({ id, kind: 'key', userId: 'acme', expiresAt: null });
  expect((await show(OPERATOR_KEY)).body.data).toMatchObject({ kind: 'key', role: 'operator', userId: null });
  expect((await show(await jwt())).body.data).toMatchObject({ kind: 'token', readOnly: true });
  expect(codeOf(await show(null))).toBe('unauthenticated');
});

const jwt = () =>
  new SignJWT({ sub: 'acme', role: 'tenant_readonly' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));

test('the database has the hash of a session, and not what the cookie holds', async () => {
  const { cookie, id } = await signIn((await createKey(gateway.url, 'acme')).key);
  const { rows } = await owner.query('select sessions::text as text from sessions where id = $1', [id]);
  expect(rows).toHaveLength(1);
  const secret = cookie.slice('hl='.length);
  for (const text of [secret, Buffer.from(secret).toString('hex')]) expect(rows[0].text).not.toContain(text);
});

test('only keys sign in: neither a token nor a session makes a session', async () => {
  expect(codeOf(await callApi(gateway.url, 'POST', '/api/session', { key: await jwt() }))).toBe(
    'invalid_request',
  );
  const { cookie } = await signIn((await createKey(gateway.url, 'acme')).key);
  expect(codeOf(await asPage(cookie, 'POST', '/api/session'))).toBe('invalid_request');
  expect(codeOf(await callApi(gateway.url, 'POST', '/api/session', { key: null }))).toBe('unauthenticated');
});

test('a page of another origin cannot sign a browser in', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const answer = await callApi(gateway.url, 'POST', '/api/session', {
    key,
    headers: { origin: OTHER_ORIGIN },
  });
  expect([codeOf(answer), answer.headers.get('set-cookie')]).toEqual(['origin_not_allowed', null]);
});

test('a write with a cookie needs a page of the own origin and the header, and otherwise reaches no service', async () => {
  const { cookie } = await signIn((await createKey(gateway.url, 'acme')).key);
  const write = (headers: object) =>
    callApi(gateway.url, 'POST', '/api/webhooks', {
      key: null,
      body: ENDPOINT,
      headers: { cookie, ...headers } as Record<string, string>,
    });
  const before = services.requests.length;
  const csrf = { 'x-hookline-csrf': '1' };
  const own = { origin: gateway.url };
  for (const [headers, code] of [
    [{}, 'origin_not_allowed'],
    [csrf, 'origin_not_allowed'],
    [own, 'csrf_header_missing'],
    [{ ...csrf, origin: 'null' }, 'origin_not_allowed'],
    [{ ...csrf, origin: OTHER_ORIGIN }, 'origin_not_allowed'],
    [{ ...csrf, origin: replica.url }, 'origin_not_allowed'],
    [{ ...csrf, origin: gateway.url.replace('http:', 'https:') }, 'origin_not_allowed'],
    [{ ...csrf, ...own, 'sec-fetch-site': 'cross-site' }, 'origin_not_allowed'],
    [{ ...csrf, ...own, 'sec-fetch-site': 'same-site' }, 'origin_not_allowed'],
  ] as const) {
    expect([headers, codeOf(await write(headers))]).toEqual([headers, code]);
  }
  expect(services.requests.length).toBe(before);
  expect(codeOf(await write({ ...csrf, ...own }))).toBe(201);
  expect(codeOf(await write({ ...csrf, ...own, 'sec-fetch-site': 'same-origin' }))).toBe(201);
});

test('a page of an allowed origin may neither send the header of writes nor read answers to its cookie', async () => {
  const preflight = await fetch(`${gateway.url}/api/webhooks`, {
    method: 'OPTIONS',
    headers: { origin: OTHER_ORIGIN, 'access-control-request-method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(OTHER_ORIGIN);
  expect(preflight.headers.get('access-control-allow-headers')).not.toContain('csrf');
  expect(preflight.headers.get('access-control-allow-credentials')).toBe(null);
});

test('the header Authorization decides alone where there is a cookie too, and of two cookies none counts', async () => {
  const { cookie } = await signIn((await createKey(gateway.url, 'acme')).key);
  const both = await callApi(gateway.url, 'GET', '/api/webhooks', { key: 'nonsense', headers: { cookie } });
  expect(codeOf(both)).toBe('unauthenticated');
  expect(codeOf(await asPage(`${cookie}; ${cookie}x`, 'GET', '/api/webhooks'))).toBe('unauthenticated');
});

test.each(['hl=', 'hl=nonsense', `hl=s_${'a'.repeat(43)}`, `hl=e_${'a'.repeat(43)}`])(
  'the cookie %s is no session',
  async (cookie) => {
    expect([401]).toContain((await asPage(cookie, 'GET', '/api/webhooks')).status);
  },
);

test('signing out ends the session and its feeds on every replica within a second, and no other session', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const [mine, other] = [await signIn(key), await signIn(key, replica.url)];
  const use = async ({ cookie }: SignedIn) => [
    codeOf(await asPage(cookie, 'GET', '/api/webhooks')),
    codeOf(await asPage(cookie, 'GET', '/api/webhooks', { url: replica.url })),
  ];
  expect([await use(mine), await use(other)]).toEqual([
    [200, 200],
    [200, 200],
  ]);
  const feed = openFeed({ cookie: mine.cookie, origin: replica.url }, replica.url);
  const kept = openFeed({ cookie: other.cookie, origin: replica.url }, replica.url);
  await Promise.all([feed.waitFor('ready'), kept.waitFor('ready')]);

  const since = performance.now();
  const answer = await asPage(mine.cookie, 'DELETE', '/api/session');
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
    200,
    'hl=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
  ]);
  expect(await feed.closed).toMatchObject({
    code: FEED_CLOSE.unauthenticated,
    reason: 'the session has ended',
  });
  await until(async () => (await use(mine))[1] !== 200);
  expect(performance.now() - since).toBeLessThan(1_000);
  expect([await use(mine), await use(other)]).toEqual([
    ['session_ended', 'session_ended'],
    [200, 200],
  ]);
  expect(kept.socket.readyState).toBe(kept.socket.OPEN);
});

test('a session makes no key that lives longer than the key of its sign-in', async () => {
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const made = await callApi(gateway.url, 'POST', '/api/keys', { body: { scopes: ['admin'], expiresAt } });
  const { cookie } = await signIn(made.body.data.key);
  const make = (body: object) =>
    asPage(cookie, 'POST', '/api/keys', { body: { scopes: ['admin'], ...body } });
  expect(codeOf(await make({ expiresAt: null }))).toBe('forbidden');
  expect((await make({})).body.data).toMatchObject({ expiresAt });
});

test('signing out needs the protection of every write, and ends no key', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const { cookie } = await signIn(key);
  const crossSite = await asPage(cookie, 'DELETE', '/api/session', { headers: { origin: OTHER_ORIGIN } });
  expect(codeOf(crossSite)).toBe('origin_not_allowed');
  expect((await callApi(gateway.url, 'DELETE', '/api/session', { key })).status).toBe(200);
  expect(codeOf(await asPage(cookie, 'GET', '/api/webhooks'))).toBe(200);
});

test('the feed takes the cookie from pages of the own origin alone', async () => {
  const { cookie } = await signIn((await createKey(gateway.url, 'acme')).key);
  await openFeed({ cookie, origin: gateway.url }).waitFor('ready');
  const failed = async (headers: Record<string, string>) => {
    const { socket } = openFeed(headers);
    return new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    });
  };
  expect(await failed({ cookie, origin: 'https://evil.example' })).toBe(403);
  expect(await failed({ cookie: `hl=s_${'a'.repeat(43)}`, origin: gateway.url })).toBe(401);
  // A page that may open the feed with a token gets nothing by the cookie, and neither does a program.
  for (const headers of [
    { cookie, origin: OTHER_ORIGIN },
    { cookie },
    { cookie, origin: gateway.url, 'sec-fetch-site': 'same-site' },
  ]) {
    const socket = openFeed(headers as Record<string, string>);
    socket.socket.on('open', () => socket.send({ type: 'subscribe', id: 'all' }));
    expect((await socket.closed).code).toBe(FEED_CLOSE.unauthenticated);
    expect(socket.frames).toEqual([]);
  }
});

test('a revoked key takes its sessions and their feeds with it, on every replica', async () => {
  const { key, id } = await createKey(gateway.url, 'acme');
  const { cookie } = await signIn(key);
  const use = async () => codeOf(await asPage(cookie, 'GET', '/api/webhooks', { url: replica.url }));
  expect(await use()).toBe(200);
  const feed = openFeed({ cookie, origin: replica.url }, replica.url);
  await feed.waitFor('ready');
  await callApi(gateway.url, 'DELETE', `/api/keys/${id}`);
  expect((await feed.closed).code).toBe(FEED_CLOSE.unauthenticated);
  await until(async () => (await use()) !== 200);
  expect(await use()).toBe('session_ended');
});

test('a rotated key takes its sessions with it when its grace period ends', async () => {
  const { key, id } = await createKey(gateway.url, 'acme');
  const { cookie, id: sessionId } = await signIn(key);
  await callApi(gateway.url, 'POST', `/api/keys/${id}/rotate`, { body: { graceHours: 1 } });
  const { rows } = await owner.query<{ minutes: number }>(
    'select extract(epoch from expires_at - now())::float8 / 60 as minutes from sessions where id = $1',
    [sessionId],
  );
  expect(rows[0]?.minutes).toBeGreaterThan(58);
  expect(rows[0]?.minutes).toBeLessThanOrEqual(60);
  const next = await createKey(gateway.url, 'acme');
  const second = await signIn(next.key);
  await callApi(gateway.url, 'POST', `/api/keys/${next.id}/rotate`, { body: { graceHours: 0 } });
  expect(codeOf(await asPage(second.cookie, 'GET', '/api/webhooks'))).toBe('session_ended');
  expect(codeOf(await asPage(cookie, 'GET', '/api/webhooks'))).toBe(200);
});

test('a session ends 12 hours after its last use, goes on with each use, and ends after 7 days at the latest', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const [idle, used, old] = [await signIn(key), await signIn(key), await signIn(key)];
  const age = (column: string, interval: string, { id }: SignedIn) =>
    owner.query(`update sessions set ${column} = now() + $1::interval where id = $2`, [interval, id]);
  await age('last_seen_at', '-12 hours', idle);
  await age('last_seen_at', '-11 hours', used);
  await age('expires_at', '-1 second', old);
  // The other replica has not cached them.
  const use = async ({ cookie }: SignedIn) =>
    codeOf(await asPage(cookie, 'GET', '/api/webhooks', { url: replica.url }));
  expect([await use(idle), await use(used), await use(old)]).toEqual(['session_ended', 200, 'session_ended']);
  await until(async () => {
    const { rows } = await owner.query(
      "select from sessions where id = $1 and last_seen_at > now() - interval '1 minute'",
      [used.id],
    );
    return rows.length === 1;
  });
});

test('sessions that ended more than a day ago are deleted, and no others', async () => {
  const { key } = await createKey(gateway.url, 'swept');
  const [active, endedNow, idleLong, endedLong] = [
    await signIn(key),
    await signIn(key),
    await signIn(key),
    await signIn(key),
  ];
  const age = (column: string, interval: string, { id }: SignedIn) =>
    owner.query(`update sessions set ${column} = now() + $1::interval where id = $2`, [interval, id]);
  await age('last_seen_at', '-13 hours', endedNow);
  await age('last_seen_at', '-37 hours', idleLong);
  await age('expires_at', '-25 hours', endedLong);
  const service = createDatabase({
    url: database.serviceUrl,
    applicationName: 'test',
    onConnectionError: () => {},
  });
  try {
    // One at a time, as if there were more than a batch holds.
    expect([await deleteEndedSessions(service, 1), await deleteEndedSessions(service, 1)]).toEqual([1, 1]);
    expect(await deleteEndedSessions(service, 1_000)).toBe(0);
  } finally {
    await service.close();
  }
  const { rows } = await owner.query<{ id: string }>(
    "select id from sessions where tenant_id = 'swept' order by id",
  );
  expect(rows.map(({ id }) => id)).toEqual([active.id, endedNow.id].sort());
});

test('a session ends with its key, and has neither more scopes nor more addresses', async () => {
  const made = await callApi(gateway.url, 'POST', '/api/keys', {
    body: {
      userId: 'acme',
      scopes: ['*:read'],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      allowedAddresses: ['127.0.0.1'],
    },
  });
  const { cookie } = await signIn(made.body.data.key);
  const { data } = (await asPage(cookie, 'GET', '/api/session')).body;
  expect(data.readOnly).toBe(true);
  expect(Math.abs(Date.parse(data.expiresAt) - Date.parse(made.body.data.expiresAt))).toBeLessThan(1_000);
  expect(codeOf(await asPage(cookie, 'POST', '/api/webhooks', { body: ENDPOINT }))).toBe('scope_missing');
  const elsewhere = await asPage(cookie, 'GET', '/api/webhooks', {
    headers: { 'x-forwarded-for': '203.0.113.9' },
  });
  expect(codeOf(elsewhere)).toBe('address_not_allowed');
});

test('behind a proxy with TLS the cookie is bound to the host, and the proxy names the own origin', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hooks.example.com' };
  const answer = await callApi(gateway.url, 'POST', '/api/session', { key, headers: proxied });
  const setCookie = answer.headers.get('set-cookie') ?? '';
  expect(setCookie).toMatch(
    /^__Host-hl=s_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure$/,
  );
  const cookie = setCookie.split(';')[0] as string;
  const write = (headers: object) => asPage(cookie, 'POST', '/api/webhooks', { headers, body: ENDPOINT });
  expect(codeOf(await write({ ...proxied, origin: 'https://hooks.example.com' }))).toBe(201);
  expect(codeOf(await write({ ...proxied, origin: 'http://hooks.example.com' }))).toBe('origin_not_allowed');
  expect(codeOf(await write(proxied))).toBe('origin_not_allowed');
  // Over plain HTTP anybody on the way could have set a cookie, so this name does not count there.
  expect(codeOf(await asPage(cookie, 'GET', '/api/webhooks'))).toBe('unauthenticated');
});

test('GATEWAY_PUBLIC_URL is the only own origin where it is set', async () => {
  const fixed = await startGateway({ ...common(), publicUrl: 'https://hooks.example.com' });
  try {
    const { cookie } = await signIn((await createKey(gateway.url, 'acme')).key, fixed.url);
    expect(cookie).toMatch(/^__Host-hl=/);
    const write = (origin: string) =>
      asPage(cookie, 'POST', '/api/webhooks', { url: fixed.url, headers: { origin }, body: ENDPOINT });
    expect(codeOf(await write('https://hooks.example.com'))).toBe(201);
    expect(codeOf(await write(fixed.url))).toBe('origin_not_allowed');
  } finally {
    await fixed.close();
  }
});

test('a session of the operator key of the environment ends when that key changes', async () => {
  const { cookie, setCookie } = await signIn(OPERATOR_KEY);
  expect(setCookie).toMatch(/^hl=e_/);
  expect((await asPage(cookie, 'GET', '/api/session', { url: replica.url })).body.data.role).toBe('operator');
  const changed = await startGateway({ ...common(), operatorKey: 'another operator key of the tests' });
  try {
    const answer = await asPage(cookie, 'GET', '/api/session', { url: changed.url });
    expect(codeOf(answer)).toBe('session_ended');
  } finally {
    await changed.close();
  }
});

test('an address that signs in too often gets 429, and another address does not', async () => {
  const limited = await startGateway({ ...common(), signInLimit: { signIns: 3, windowSeconds: 600 } });
  try {
    const { key } = await createKey(gateway.url, 'acme');
    const sign = (address: string) =>
      callApi(limited.url, 'POST', '/api/session', { key, headers: { 'x-forwarded-for': address } });
    const codes: unknown[] = [];
    for (let count = 0; count < 5; count++) codes.push(codeOf(await sign('198.51.100.7')));
    expect(codes).toEqual([201, 201, 201, 'rate_limited', 'rate_limited']);
    expect(Number((await sign('198.51.100.7')).headers.get('retry-after'))).toBeGreaterThan(0);
    expect(codeOf(await sign('198.51.100.8'))).toBe(201);
  } finally {
    await limited.close();
  }
});

test('a link cannot make a signed-in person begin to connect an account', async () => {
  const { cookie } = await signIn((await createKey(gateway.url, 'acme')).key);
  const answer = await fetch(`${gateway.url}/api/oauth/github/start`, {
    headers: { cookie },
    redirect: 'manual',
  });
  expect(answer.status).toBe(401);
});
