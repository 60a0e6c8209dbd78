import { createHmac } from 'node:crypto';
import { checkApiKey, FEED_CLOSE, formatApiKey, INTERNAL_HEADERS } from '@hookline/contracts';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { ServerSentClient } from './server-sent-client.ts';
import { SocketIoClient } from './socket-io-client.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

const JWT_SECRET = 'a-secret-of-the-tests-with-32-or-more-characters';

let nats: TestNats;
let database: TestDatabase;
let delivery: Receiver;
let gateway: TestGateway;
let replica: TestGateway;
const opened: FeedSocket[] = [];

beforeAll(async () => {
  [nats, database, delivery] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  delivery.respond = () => ({ headers: { 'content-type': 'application/json' }, body: '{"data":[]}' });
  const nowhere = 'http://127.0.0.1:9';
  const common = {
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: nowhere, delivery: delivery.url, scheduler: nowhere },
    jwt: { secret: JWT_SECRET, issuer: 'https://id.example.com' },
  };
  [gateway, replica] = await Promise.all([startGateway(common), startGateway(common)]);
});

afterAll(async () => {
  for (const socket of opened) socket.close();
  await Promise.all([gateway?.close(), replica?.close()]);
  await Promise.all([nats?.stop(), delivery?.close()]);
  await database?.drop();
});

const openFeed = (url: string, key: string | null) => {
  const socket = new FeedSocket(url, { key });
  opened.push(socket);
  return socket;
};
const list = (key: string | null, url = gateway.url) => callApi(url, 'GET', '/api/webhooks', { key });

test.each([
  ['no key', null],
  ['not a key', 'nonsense'],
  ['a key that nobody made', formatApiKey('tenant', 'x'.repeat(32))],
  ['a key with a typing error', formatApiKey('tenant', 'x'.repeat(32)).replace('x', 'y')],
])('401 for %s, before anything is validated or looked for', async (_, key) => {
  for (const [method, path] of [
    ['GET', '/api/webhooks?limit=nonsense'],
    ['GET', '/api/there-is-no-such-thing'],
    ['POST', '/api/keys'],
  ] as const) {
    const { status, body } = await callApi(gateway.url, method, path, { key });
    expect([status, body.code], `${method} ${path}`).toEqual([401, 'unauthenticated']);
    expect(body.requestId).toBeTruthy();
  }
});

test('an unknown path is 404 for an authenticated caller', async () => {
  const { status, body } = await callApi(gateway.url, 'GET', '/api/there-is-no-such-thing?x=1');
  expect([status, body.error]).toEqual([404, 'There is no GET /api/there-is-no-such-thing']);
});

test('a service gets the principal from the gateway, and no header in which the caller names itself', async () => {
  const { key, id } = await createKey(gateway.url, 'acme ü');
  await callApi(gateway.url, 'GET', '/api/webhooks', {
    key,
    headers: { [INTERNAL_HEADERS.role]: 'operator', [INTERNAL_HEADERS.tenant]: 'beta' },
  });
  const headers = delivery.requests.at(-1)?.headers ?? {};
  expect(headers[INTERNAL_HEADERS.role]).toBe('tenant');
  expect(headers[INTERNAL_HEADERS.tenant]).toBe('acme%20%C3%BC');
  expect(headers[INTERNAL_HEADERS.keyId]).toBe(id);
  expect(headers[INTERNAL_HEADERS.token]).toBe('internal-token-of-the-tests');
  expect(headers.authorization).toBe(undefined);
});

test('a key is shown once, and the database has only its hash', async () => {
  const { body } = await callApi(gateway.url, 'POST', '/api/keys', { body: { userId: 'shown', name: 'CI' } });
  const { key, ...rest } = body.data;
  expect(checkApiKey(key)).toBe('valid');
  expect(key.startsWith(`${rest.prefix}`)).toBe(true);
  const listed = await callApi(gateway.url, 'GET', '/api/keys?userId=shown');
  expect(listed.body.data).toEqual([rest]);
  expect(listed.body.data[0]).toMatchObject({ role: 'tenant', userId: 'shown', name: 'CI', revokedAt: null });
  expect(JSON.stringify(listed.body)).not.toContain(key);
});

test('a tenant lists its own keys, and may neither create nor revoke a key', async () => {
  const mine = await createKey(gateway.url, 'lister');
  await createKey(gateway.url, 'another');
  const listed = await callApi(gateway.url, 'GET', '/api/keys', { key: mine.key });
  expect(listed.body.data.map(({ id }: { id: string }) => id)).toEqual([mine.id]);
  const refused = [
    await callApi(gateway.url, 'GET', '/api/keys?userId=another', { key: mine.key }),
    await callApi(gateway.url, 'POST', '/api/keys', { key: mine.key, body: {} }),
    await callApi(gateway.url, 'DELETE', `/api/keys/${mine.id}`, { key: mine.key }),
  ];
  expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([403, 'forbidden']));
});

test('keys are listed in pages', async () => {
  const made: string[] = [];
  for (let count = 0; count < 5; count++) made.unshift((await createKey(gateway.url, 'pager')).id);
  const found: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await callApi(
      gateway.url,
      'GET',
      `/api/keys?userId=pager&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    found.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.page.nextCursor;
  }
  expect(found).toEqual(made);
});

test('an operator key from the database has the same rights as the one from the environment', async () => {
  const { key } = await createKey(gateway.url);
  const made = await callApi(gateway.url, 'POST', '/api/keys', { key, body: { userId: 'made-by-key' } });
  expect(made.status).toBe(201);
});

test('a revoked key stops within a second on every replica, and its feed is closed with 4001', async () => {
  const { key, id } = await createKey(gateway.url, 'revoked');
  const kept = await createKey(gateway.url, 'revoked');
  // Both replicas have cached the key and have connections of it.
  expect([(await list(key)).status, (await list(key, replica.url)).status]).toEqual([200, 200]);
  const sockets = [openFeed(gateway.url, key), openFeed(replica.url, key)];
  const other = openFeed(replica.url, kept.key);
  await Promise.all([...sockets, other].map((socket) => socket.waitFor('ready')));

  const since = performance.now();
  expect((await callApi(gateway.url, 'DELETE', `/api/keys/${id}`)).status).toBe(200);
  const closed = await Promise.all(sockets.map((socket) => socket.closed));
  await until(async () => (await list(key, replica.url)).status === 401);
  expect(performance.now() - since).toBeLessThan(1_000);
  expect(closed.map(({ code }) => code)).toEqual([FEED_CLOSE.unauthenticated, FEED_CLOSE.unauthenticated]);
  expect((await list(key)).status).toBe(401);
  expect(other.socket.readyState).toBe(other.socket.OPEN);
  expect((await callApi(gateway.url, 'DELETE', `/api/keys/${id}`)).status).toBe(200);
  expect((await callApi(gateway.url, 'DELETE', '/api/keys/key_unknown')).status).toBe(404);
});

test('a replica that was disconnected during a revocation applies it when it is connected again', async () => {
  const { key, id } = await createKey(gateway.url, 'cut-off');
  const socket = openFeed(replica.url, key);
  await socket.waitFor('ready');
  await nats.kill();
  await until(async () => (await callApi(gateway.url, 'GET', '/readyz')).body.checks.nats.ok === false);
  expect((await callApi(gateway.url, 'DELETE', `/api/keys/${id}`)).status).toBe(200);
  await nats.restart();
  expect((await socket.closed).code).toBe(FEED_CLOSE.unauthenticated);
  expect((await list(key, replica.url)).status).toBe(401);
});

const sign = (claims: Record<string, unknown>, options: { exp?: string | null; secret?: string } = {}) => {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' });
  if (options.exp !== null) token.setExpirationTime(options.exp ?? '5m');
  return token.sign(new TextEncoder().encode(options.secret ?? JWT_SECRET));
};
const iss = 'https://id.example.com';

test('a sub that is no tenant name is 401, and only an operator may have none', async () => {
  for (const sub of ['\ud800', 'half\udc00', 'nul\0', '', 'x'.repeat(201)]) {
    const { status, body } = await list(await sign({ iss, sub }));
    expect([sub, status, body.code]).toEqual([sub, 401, 'unauthenticated']);
    expect((await list(await sign({ iss, sub, role: 'operator' }))).status).toBe(200);
  }
});

test("a JWT's sub is the tenant, and its role makes the caller an operator", async () => {
  expect((await list(await sign({ iss, sub: 'jwt-user' }))).status).toBe(200);
  expect(delivery.requests.at(-1)?.headers[INTERNAL_HEADERS.tenant]).toBe('jwt-user');
  expect((await list(await sign({ iss, sub: 'root', role: 'operator' }))).status).toBe(200);
  expect(delivery.requests.at(-1)?.headers[INTERNAL_HEADERS.role]).toBe('operator');
  expect((await list(await sign({ iss, sub: 'x', role: 'authenticated' }))).status).toBe(200);
  expect(delivery.requests.at(-1)?.headers[INTERNAL_HEADERS.role]).toBe('tenant');
});

test("a JWT's read-only role and its scope claim limit what it may do", async () => {
  const endpoint = { name: 'a', url: 'https://a.example', events: ['*'] };
  const tried = async (claims: Record<string, unknown>) => {
    const key = await sign({ iss, sub: 'limited', ...claims });
    const answers = [
      await list(key),
      await callApi(gateway.url, 'POST', '/api/webhooks', { key, body: endpoint }),
    ];
    return answers.map(({ status, body }) => (status < 300 ? 'ok' : body.code));
  };
  const missing = 'scope_missing';
  expect(await tried({})).toEqual(['ok', 'ok']);
  expect(await tried({ role: 'tenant_readonly' })).toEqual(['ok', missing]);
  expect(delivery.requests.at(-1)?.headers[INTERNAL_HEADERS.role]).toBe('tenant');
  expect(await tried({ role: 'operator_readonly' })).toEqual(['ok', missing]);
  expect(delivery.requests.at(-1)?.headers[INTERNAL_HEADERS.role]).toBe('operator');
  expect(await tried({ scope: 'openid endpoints:read' })).toEqual(['ok', missing]);
  expect(await tried({ role: 'tenant_readonly', scope: 'endpoints:write' })).toEqual([missing, missing]);
  expect(await tried({ scope: 'openid profile' })).toEqual([missing, missing]);
  expect(await tried({ scope: 7 })).toEqual([missing, missing]);
});

test('a JWT that is expired, has no expiry, is of another issuer or is not signed as configured is refused', async () => {
  const unsigned = [{ alg: 'none' }, { iss, sub: 'x', exp: 4_000_000_000 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const hs512Head = Buffer.from('{"alg":"HS512"}').toString('base64url');
  const hs512Body = unsigned.split('.')[1];
  const hs512 = createHmac('sha512', JWT_SECRET).update(`${hs512Head}.${hs512Body}`).digest('base64url');
  const tokens = {
    expired: await sign({ iss, sub: 'x' }, { exp: '-5m' }),
    endless: await sign({ iss, sub: 'x' }, { exp: null }),
    'of another issuer': await sign({ iss: 'https://evil.example.com', sub: 'x' }),
    'of another secret': await sign({ iss, sub: 'x' }, { secret: 'y'.repeat(40) }),
    'without a tenant': await sign({ iss }),
    unsigned: `${unsigned}.`,
    'another algorithm': `${hs512Head}.${hs512Body}.${hs512}`,
  };
  for (const [name, token] of Object.entries(tokens)) expect((await list(token)).status, name).toBe(401);
});

test('the feed of a JWT is closed when the token expires, unless the client sends a newer token of the same user', async () => {
  const short = await sign({ iss, sub: 'jwt-user' }, { exp: '2s' });
  const [ends, goesOn] = [openFeed(gateway.url, short), openFeed(gateway.url, short)];
  await Promise.all([ends.waitFor('ready'), goesOn.waitFor('ready')]);
  goesOn.send({ type: 'authenticate', token: await sign({ iss, sub: 'someone-else' }) });
  expect((await goesOn.waitFor('error')).code).toBe('forbidden');
  const newer = await sign({ iss, sub: 'jwt-user' });
  goesOn.send({ type: 'authenticate', token: newer });
  // Both tell the ends of their tokens, and both clients were warned of the first one.
  for (const socket of [ends, goesOn]) {
    const { tokenExpiresAt, serverTime } = await socket.waitFor('ready');
    expect(Date.parse(tokenExpiresAt as string) - Date.parse(serverTime)).toBeLessThanOrEqual(2_000);
    expect((await socket.waitFor('expiring')).inSeconds).toBeLessThanOrEqual(2);
  }
  expect(await goesOn.waitFor('authenticated')).toEqual({
    type: 'authenticated',
    tokenExpiresAt: expect.any(String),
  });
  expect((await ends.closed).code).toBe(FEED_CLOSE.expired);
  expect(goesOn.socket.readyState).toBe(goesOn.socket.OPEN);
});

test('server-sent events and Socket.IO are warned before the token expires, and end with it', async () => {
  const token = await sign({ iss, sub: 'jwt-user' }, { exp: '6s' });
  const events = new ServerSentClient(gateway.url, { key: token });
  const client = new SocketIoClient(gateway.url, '/webhooks', { apiKey: token, reconnection: false });
  await Promise.all([events.waitFor('expiring'), client.waitFor('expiring')]);
  await events.ended;
  expect(await events.waitFor('bye')).toMatchObject({ code: FEED_CLOSE.expired });
  expect((await client.waitFor('closing'))[0]).toMatchObject({ code: FEED_CLOSE.expired });
  client.close();
});

test('only a JWT that is signed with a key of the JWKS is accepted', async () => {
  const [ours, theirs] = await Promise.all([
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
  const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const issuer = await startReceiver({
    respond: () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ keys: [jwk] }),
    }),
  });
  const withKeys = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: delivery.url, delivery: delivery.url, scheduler: delivery.url },
    jwt: { jwksUrl: `${issuer.url}jwks`, issuer: iss, audience: 'hookline' },
  });
  try {
    const token = (key: typeof ours.privateKey, header: object, claims: object = {}) =>
      new SignJWT({ iss, aud: 'hookline', sub: 'es', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
        .setExpirationTime('5m')
        .sign(key);
    const status = async (text: string) => (await list(text, withKeys.url)).status;
    expect(await status(await token(ours.privateKey, {}))).toBe(200);
    expect(await status(await token(theirs.privateKey, {}))).toBe(401);
    expect(await status(await token(ours.privateKey, { kid: 'two' }))).toBe(401);
    expect(await status(await token(ours.privateKey, {}, { aud: 'another-app' }))).toBe(401);
    // A key that the token holds is ignored.
    const jku = await token(theirs.privateKey, {
      kid: 'two',
      jku: `${issuer.url}evil`,
      jwk: await exportJWK(theirs.publicKey),
    });
    expect(await status(jku)).toBe(401);
    // The public key as an HMAC secret.
    const confused = new SignJWT({ iss, aud: 'hookline', sub: 'x' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    expect(await status(await confused)).toBe(401);
    expect(issuer.requests.map(({ path }) => path)).toEqual(['/jwks']);
  } finally {
    await withKeys.close();
    await issuer.close();
  }
});
