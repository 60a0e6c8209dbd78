import { FEED_CLOSE, INTERNAL_HEADERS, PORTAL_CAPABILITIES } from '@hookline/contracts';
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
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { deleteEndedPortalSessions } from '../src/sql/delete-ended-portal-sessions.ts';
import { type ApiAnswer, callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { createPortal, openPortal } from './open-portal.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let gateway: TestGateway;
let replica: TestGateway;
let source: TestPublisher;
const opened: FeedSocket[] = [];
const RETURN_URL = 'https://app.example.com/';
const ENDPOINT = { name: 'a', url: 'https://a.example', events: ['*'] };
const ENDED = 'portal_session_ended';

const common = () => ({
  databaseUrl: database.serviceUrl,
  natsUrl: nats.url,
  upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
  portalOrigins: { return: [], logo: ['https://cdn.example.com'] },
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
  source = await createTestPublisher(nats.url);
});

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

afterAll(async () => {
  await source?.close();
  await Promise.all([gateway?.close(), replica?.close()]);
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

const codeOf = ({ status, body }: ApiAnswer) => (status < 300 ? status : body.code);
const create = (body: object, key?: string) =>
  callApi(gateway.url, 'POST', '/api/portal/sessions', {
    body: { userId: 'acme', returnUrl: RETURN_URL, readOnly: true, ...body },
    ...(key === undefined ? {} : { key }),
  });
const exchange = (token: string | null, url = gateway.url) =>
  callApi(url, 'POST', '/api/portal/exchange', { key: token });
const list = (token: string, url = gateway.url) => callApi(url, 'GET', '/api/webhooks', { key: token });
const end = (id: string) => callApi(gateway.url, 'DELETE', `/api/portal/sessions/${id}`);
const openFeed = (key: string, url = gateway.url) => {
  const socket = new FeedSocket(url, { key });
  opened.push(socket);
  return socket;
};
/** Moves an end into the past, by the clock of Postgres. */
const expire = (table: 'portal_sessions' | 'portal_tokens', column: string, id: string) =>
  owner.query(`update ${table} set expires_at = now() - interval '1 second' where ${column} = $1`, [id]);

test('a new session has an address with its token in the fragment, lasts an hour, and is shown without the token', async () => {
  const { status, headers, body } = await create({ theme: { accent: '#3b6fe0', radius: 8 } });
  expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
  const { url, ...shown } = body.data;
  expect(url).toMatch(/#hps_[\w-]{43}$/);
  expect(url.split('#')[0]).toBe(`${gateway.url}/portal`);
  expect(shown).toEqual({
    id: expect.stringMatching(/^pts_/),
    userId: 'acme',
    capabilities: ['endpoints:view', 'event-types:view', 'events:view', 'deliveries:view'],
    returnUrl: RETURN_URL,
    theme: { accent: '#3b6fe0', radius: 8 },
    createdAt: expect.any(String),
    openedAt: null,
    lastUsedAt: null,
    expiresAt: expect.any(String),
  });
  expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBe(3_600_000);
  const listed = await callApi(gateway.url, 'GET', '/api/portal/sessions?userId=acme');
  expect(listed.body.data[0]).toEqual(shown);
  expect(JSON.stringify(listed.body)).not.toContain('hps_');
});

test('GATEWAY_PUBLIC_URL is the origin of the address where it is set', async () => {
  const fixed = await startGateway({ ...common(), publicUrl: 'https://hooks.example.com' });
  try {
    expect((await createPortal(fixed.url)).url).toMatch(/^https:\/\/hooks\.example\.com\/portal#hps_/);
  } finally {
    await fixed.close();
  }
});

test('an operator has to name the tenant, and a tenant makes sessions of its own alone', async () => {
  const without = await callApi(gateway.url, 'POST', '/api/portal/sessions', {
    body: { returnUrl: RETURN_URL, readOnly: true },
  });
  expect([without.status, without.body.details]).toEqual([
    400,
    [{ path: 'body/userId', message: 'is missing: name the tenant of this portal' }],
  ]);
  const { key } = await createKey(gateway.url, 'acme');
  expect((await create({ userId: undefined }, key)).body.data.userId).toBe('acme');
  expect(codeOf(await create({ userId: 'beta' }, key))).toBe('forbidden');
});

test.each([
  ['neither capabilities nor readOnly', { readOnly: undefined }, 'body/capabilities'],
  ['both', { capabilities: ['events:view'] }, 'body/readOnly'],
  ['an unknown capability', { readOnly: undefined, capabilities: ['sources:view'] }, 'body/capabilities/0'],
  ['no capability', { readOnly: undefined, capabilities: [] }, 'body/capabilities'],
  ['more than a day', { expiresInSeconds: 86_401 }, 'body/expiresInSeconds'],
  ['no time', { expiresInSeconds: 0 }, 'body/expiresInSeconds'],
  ['no address to return to', { returnUrl: undefined }, 'body/returnUrl'],
  ['a script to return to', { returnUrl: 'javascript:alert(1)' }, 'body/returnUrl'],
  ['http to return to', { returnUrl: 'http://app.example.com/' }, 'body/returnUrl'],
  ['CSS as a colour', { theme: { accent: 'red;background:url(https://evil.example)' } }, 'body/theme/accent'],
  ['a short colour', { theme: { accent: '#00f' } }, 'body/theme/accent'],
  ['a colour with more behind it', { theme: { accent: '#3b6fe0\n' } }, 'body/theme/accent'],
  ['a colour that cannot be seen', { theme: { accent: '#fefefe' } }, 'body/theme/accent'],
  ['a radius in words', { theme: { radius: '8px' } }, 'body/theme/radius'],
  ['a huge radius', { theme: { radius: 10_000 } }, 'body/theme/radius'],
  ['another mode', { theme: { mode: 'sepia' } }, 'body/theme/mode'],
  ['a foreign logo', { theme: { logoUrl: 'https://evil.example/logo.svg' } }, 'body/theme/logoUrl'],
  ['a logo in the address', { theme: { logoUrl: 'data:image/svg+xml,<svg/>' } }, 'body/theme/logoUrl'],
  ['a field of CSS', { theme: { css: 'body{}' } }, 'body/theme/css'],
])('a session with %s is refused, and the field is named', async (_, body, path) => {
  const { status, body: answer } = await create(body);
  expect([status, answer.code, answer.details?.map((each: { path: string }) => each.path)]).toEqual([
    400,
    'invalid_request',
    [path],
  ]);
});

test('where origins to return to are listed, others are refused', async () => {
  const listing = await startGateway({
    ...common(),
    portalOrigins: { return: ['https://app.example.com'], logo: [] },
  });
  try {
    const body = { userId: 'acme', readOnly: true };
    const at = (returnUrl: string) =>
      callApi(listing.url, 'POST', '/api/portal/sessions', { body: { ...body, returnUrl } });
    expect((await at(RETURN_URL)).status).toBe(201);
    expect((await at('https://www.example.com/')).body.error).toContain('PORTAL_RETURN_ORIGINS');
  } finally {
    await listing.close();
  }
});

test('the token of the address is exchanged once, also when two replicas try at the same time', async () => {
  const { id, sessionToken } = await createPortal(gateway.url, { theme: { mode: 'dark' } });
  const answers = await Promise.all(
    [gateway, replica, gateway, replica].map(({ url }) => exchange(sessionToken, url)),
  );
  expect(answers.map(codeOf).toSorted()).toEqual([
    201,
    'portal_token_used',
    'portal_token_used',
    'portal_token_used',
  ]);
  const { data } = answers.find(({ status }) => status === 201)?.body ?? {};
  expect(data).toMatchObject({
    token: expect.stringMatching(/^hpt_[\w-]{43}$/),
    session: { id, userId: 'acme', returnUrl: RETURN_URL, theme: { mode: 'dark' } },
  });
  const minutes = (Date.parse(data.tokenExpiresAt) - Date.parse(data.session.openedAt)) / 60_000;
  expect(minutes).toBe(15);
  expect(codeOf(await exchange(sessionToken))).toBe('portal_token_used');
});

test('the database has the hashes of both tokens, and not the tokens', async () => {
  const { token, sessionToken, session } = await openPortal(gateway.url);
  const { rows } = await owner.query(
    `select portal_sessions::text || portal_tokens::text as text
     from portal_sessions join portal_tokens on session_id = portal_sessions.id
     where portal_sessions.id = $1`,
    [session.id],
  );
  expect(rows).toHaveLength(1);
  for (const secret of [token, sessionToken])
    for (const text of [secret, Buffer.from(secret).toString('hex')])
      expect(rows[0].text).not.toContain(text);
});

test('the token of the address opens nothing but the portal, wherever a request has it', async () => {
  const { sessionToken } = await createPortal(gateway.url);
  const before = services.requests.length;
  for (const [path, key, headers] of [
    ['/api/webhooks', sessionToken, {}],
    [`/api/webhooks?token=${sessionToken}`, null, {}],
    [`/api/feed?ticket=${sessionToken}`, null, {}],
    ['/api/webhooks', null, { cookie: `hl=${sessionToken}` }],
    ['/api/webhooks', null, { 'x-portal-token': sessionToken }],
  ] as const) {
    const answer = await callApi(gateway.url, 'GET', path, { key, headers });
    expect([path, answer.status]).toEqual([path, 401]);
  }
  const inQuery = await callApi(gateway.url, 'POST', `/api/portal/exchange?token=${sessionToken}`, {
    key: null,
  });
  expect(codeOf(inQuery)).toBe('unauthenticated');
  expect((await openFeed(sessionToken).closed).code).not.toBe(1000);
  expect(services.requests.length).toBe(before);
  expect((await exchange(sessionToken)).status).toBe(201);
});

test('no other credential is exchanged for a token of the portal', async () => {
  const { token } = await openPortal(gateway.url);
  const { key } = await createKey(gateway.url, 'acme');
  for (const other of [null, token, key, OPERATOR_KEY, 'hps_short'])
    expect(codeOf(await exchange(other))).toBe('unauthenticated');
  expect(codeOf(await exchange(`hps_${'a'.repeat(43)}`))).toBe(ENDED);
  expect(codeOf(await list(`hpt_${'a'.repeat(43)}`))).toBe(ENDED);
});

test('a portal session acts for its tenant on every replica, and other services learn no more than that', async () => {
  const { token, session } = await openPortal(gateway.url);
  expect((await list(token, replica.url)).status).toBe(200);
  expect(services.requests.at(-1)?.headers).toMatchObject({
    [INTERNAL_HEADERS.role]: 'tenant',
    [INTERNAL_HEADERS.tenant]: 'acme',
    [INTERNAL_HEADERS.keyId]: session.id,
  });
  await until(async () => {
    const { rows } = await owner.query('select last_used_at as at from portal_sessions where id = $1', [
      session.id,
    ]);
    return rows[0].at !== null;
  });
});

test('what no capability allows is refused without a word about operators and keys', async () => {
  const { token } = await openPortal(gateway.url, { capabilities: PORTAL_CAPABILITIES });
  const before = services.requests.length;
  for (const [method, path] of [
    ['GET', '/api/sources'],
    ['GET', '/api/connections'],
    ['GET', '/api/keys'],
    ['GET', '/api/audit'],
    ['GET', '/api/lookup?q=evt_1'],
    ['GET', '/api/session'],
    ['GET', '/api/webhook-events/evt_1/raw'],
    ['GET', '/api/portal/sessions'],
    ['GET', '/api/no-such-call'],
    ['POST', '/graphql'],
    ['POST', '/api/events'],
    ['DELETE', '/api/portal/sessions/pts_1'],
  ] as const) {
    const answer = await callApi(gateway.url, method, path, {
      key: token,
      ...(method === 'POST' ? { body: {} } : {}),
    });
    expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'forbidden']);
    expect(answer.body.error).not.toMatch(/operator|key|scope|GATEWAY|token/i);
  }
  expect(services.requests.length).toBe(before);
});

test('a secret or a transformation needs its own capability, and is otherwise refused before it reaches a service', async () => {
  const [manages, all] = await Promise.all([
    openPortal(gateway.url, { capabilities: ['endpoints:manage'] }),
    openPortal(gateway.url, { capabilities: PORTAL_CAPABILITIES }),
  ]);
  const body = { ...ENDPOINT, secret: `whsec_${'QUJD'.repeat(8)}`, transformation: { template: 'slack' } };
  const post = (key: string, sent: object) =>
    callApi(gateway.url, 'POST', '/api/webhooks', { key, body: sent });
  const before = services.requests.length;
  const refused = await post(manages.token, body);
  expect([refused.status, refused.body.code, refused.body.details]).toEqual([
    403,
    'forbidden',
    ['secret', 'transformation'].map((name) => ({
      path: `body/${name}`,
      message: 'is not for this portal session to set',
    })),
  ]);
  expect(services.requests.length).toBe(before);
  expect((await post(manages.token, ENDPOINT)).status).toBe(201);
  expect((await post(all.token, body)).status).toBe(201);
});

test('who may not view events sees no payload by deliveries or by a transformation', async () => {
  const refused = await create({ readOnly: undefined, capabilities: ['deliveries:view'] });
  expect([refused.status, refused.body.code, refused.body.error]).toEqual([
    400,
    'invalid_request',
    'body/capabilities has deliveries:view without events:view: deliveries show the payloads of their events',
  ]);
  const { token } = await openPortal(gateway.url, { capabilities: ['transformations:manage'] });
  const tried = await callApi(gateway.url, 'POST', '/api/webhooks/ep_1/transform', {
    key: token,
    body: { eventId: 'evt_1', transformation: { template: 'slack' } },
  });
  expect([tried.status, tried.body.error]).toEqual([
    403,
    'body/eventId is not for this portal session to set',
  ]);
});

test('a session ends no later than the key that made it', async () => {
  const { body } = await callApi(gateway.url, 'POST', '/api/keys', {
    body: { userId: 'acme', expiresAt: new Date(Date.now() + 600_000).toISOString() },
  });
  const made = await callApi(gateway.url, 'POST', '/api/portal/sessions', {
    key: body.data.key,
    body: { readOnly: true, returnUrl: RETURN_URL },
  });
  expect([made.status, made.body.data?.expiresAt]).toEqual([201, body.data.expiresAt]);
});

test('an address to lead back to is kept as browsers read it', async () => {
  const at = async (returnUrl: string) => (await create({ returnUrl })).body;
  expect((await at(' https://app.example.com/a b')).data.returnUrl).toBe('https://app.example.com/a%20b');
  expect((await at('https://app.example.com/\u202egpj')).data.returnUrl).toBe(
    'https://app.example.com/%E2%80%AEgpj',
  );
  expect((await at('https:\\\\app.example.com\\a')).error).toContain('must have no backslash');
});

test('tokens that are renewed at the same time stay bounded', async () => {
  const { token, session } = await openPortal(gateway.url, { expiresInSeconds: 600 });
  const renewed = await Promise.all(
    Array.from({ length: 20 }, () => callApi(gateway.url, 'POST', '/api/portal/renew', { key: token })),
  );
  expect(renewed.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  const { rows } = await owner.query('select from portal_tokens where session_id = $1', [session.id]);
  expect(rows).toHaveLength(5);
});

test('no capability lets a portal session forward the requests of providers, which may have their secrets', async () => {
  const { token } = await openPortal(gateway.url, { capabilities: PORTAL_CAPABILITIES });
  // The audit reads an endpoint before a change.
  const writes = () => services.requests.filter(({ method }) => method !== 'GET').length;
  const before = writes();
  for (const [method, path, body] of [
    ['POST', '/api/webhooks', { ...ENDPOINT, format: 'request' }],
    ['PATCH', '/api/webhooks/ep_1', { format: 'request' }],
    ['PUT', '/api/webhooks/ep_1', { url: 'https://b.example', format: 'request' }],
  ] as const) {
    const answer = await callApi(gateway.url, method, path, { key: token, body });
    const message = 'is not for this portal session to set to request';
    expect([method, answer.status, answer.body]).toEqual([
      method,
      403,
      {
        code: 'forbidden',
        error: `body/format ${message}`,
        details: [{ path: 'body/format', message }],
        requestId: expect.any(String),
      },
    ]);
  }
  expect(writes()).toBe(before);
});

test('the token of calls is renewed until the session ends, and the one before still works', async () => {
  const { token, session } = await openPortal(gateway.url, { expiresInSeconds: 86_400 });
  const renewed = await callApi(replica.url, 'POST', '/api/portal/renew', { key: token });
  expect([renewed.status, renewed.headers.get('cache-control')]).toEqual([201, 'no-store']);
  expect(renewed.body.data.session.id).toBe(session.id);
  for (const each of [token, renewed.body.data.token]) expect((await list(each)).status).toBe(200);
  const { key } = await createKey(gateway.url, 'acme');
  expect(codeOf(await callApi(gateway.url, 'POST', '/api/portal/renew', { key }))).toBe('forbidden');
});

test('a session has a bounded number of tokens, of which the oldest go first', async () => {
  // All tokens of a session that ends within 15 minutes end with it.
  const { token, session } = await openPortal(gateway.url, { expiresInSeconds: 600 });
  let last = token;
  for (let count = 0; count < 10; count++) {
    const { body } = await callApi(gateway.url, 'POST', '/api/portal/renew', { key: last });
    last = body.data.token;
  }
  const { rows } = await owner.query('select from portal_tokens where session_id = $1', [session.id]);
  expect(rows).toHaveLength(5);
  expect(codeOf(await list(token, replica.url))).toBe(ENDED);
  expect((await list(last, replica.url)).status).toBe(200);
});

test('a token never outlives its session', async () => {
  const { tokenExpiresAt, session, token } = await openPortal(gateway.url, { expiresInSeconds: 120 });
  expect(tokenExpiresAt).toBe(session.expiresAt);
  const renewed = await callApi(gateway.url, 'POST', '/api/portal/renew', { key: token });
  expect(renewed.body.data.tokenExpiresAt).toBe(session.expiresAt);
});

test('a session and a token end at their time, by the clock of Postgres', async () => {
  const [bySession, byToken, unopened] = await Promise.all([
    openPortal(gateway.url),
    openPortal(gateway.url),
    createPortal(gateway.url),
  ]);
  await expire('portal_sessions', 'id', bySession.session.id);
  await expire('portal_tokens', 'session_id', byToken.session.id);
  await expire('portal_sessions', 'id', unopened.id);
  // The other replica has not seen them.
  for (const { token } of [bySession, byToken]) {
    expect(codeOf(await list(token, replica.url))).toBe(ENDED);
    expect(codeOf(await callApi(replica.url, 'POST', '/api/portal/renew', { key: token }))).toBe(ENDED);
  }
  expect(codeOf(await exchange(unopened.sessionToken))).toBe(ENDED);
  const { body } = await callApi(gateway.url, 'GET', '/api/portal/sessions');
  const shown = body.data.map(({ id }: { id: string }) => id);
  expect(shown).toContain(byToken.session.id);
  for (const id of [bySession.session.id, unopened.id]) expect(shown).not.toContain(id);
});

test('ending a session stops its tokens and closes its feeds on every replica within a second, and no other session', async () => {
  const [mine, other] = [await openPortal(gateway.url), await openPortal(gateway.url)];
  const use = async (token: string) => [codeOf(await list(token)), codeOf(await list(token, replica.url))];
  expect([await use(mine.token), await use(other.token)]).toEqual([
    [200, 200],
    [200, 200],
  ]);
  const ticket = await callApi(gateway.url, 'POST', '/api/feed/tickets', { key: mine.token });
  const feed = openFeed(mine.token, replica.url);
  const kept = openFeed(other.token, replica.url);
  await Promise.all([feed.waitFor('ready'), kept.waitFor('ready')]);

  const since = performance.now();
  expect((await end(mine.session.id)).status).toBe(200);
  expect((await feed.closed).code).toBe(FEED_CLOSE.unauthenticated);
  await until(async () => (await use(mine.token))[1] !== 200);
  expect(performance.now() - since).toBeLessThan(1_000);
  expect([await use(mine.token), await use(other.token)]).toEqual([
    [ENDED, ENDED],
    [200, 200],
  ]);
  expect(kept.socket.readyState).toBe(kept.socket.OPEN);
  const late = await callApi(replica.url, 'GET', `/api/feed?ticket=${ticket.body.data.ticket}`, {
    key: null,
  });
  expect(late.status).toBe(401);
  const { rows } = await owner.query('select from portal_tokens where session_id = $1', [mine.session.id]);
  expect(rows).toEqual([]);
});

test('a revoked key takes the sessions that it has made with it, and a rotated key does not', async () => {
  const [revoked, rotated] = [await createKey(gateway.url, 'acme'), await createKey(gateway.url, 'acme')];
  const openWith = async (key: string) => {
    const { sessionToken } = await createPortal(gateway.url, { userId: undefined }, key);
    return (await exchange(sessionToken)).body.data.token as string;
  };
  const [mine, other] = [await openWith(revoked.key), await openWith(rotated.key)];
  for (const token of [mine, other]) expect((await list(token, replica.url)).status).toBe(200);
  await callApi(gateway.url, 'DELETE', `/api/keys/${revoked.id}`);
  await callApi(gateway.url, 'POST', `/api/keys/${rotated.id}/rotate`, { body: { graceHours: 0 } });
  await until(async () => (await list(mine, replica.url)).status !== 200);
  expect(codeOf(await list(mine, replica.url))).toBe(ENDED);
  expect((await list(other, replica.url)).status).toBe(200);
});

test('a revoked key takes the sessions of the keys that were rotated to it', async () => {
  const first = await createKey(gateway.url, 'acme');
  const { sessionToken } = await createPortal(gateway.url, { userId: undefined }, first.key);
  const { token } = (await exchange(sessionToken)).body.data;
  let { id } = first;
  for (let round = 0; round < 2; round += 1) {
    const rotated = await callApi(gateway.url, 'POST', `/api/keys/${id}/rotate`, { body: { graceHours: 0 } });
    ({ id } = rotated.body.data);
  }
  expect((await list(token, replica.url)).status).toBe(200);
  await callApi(gateway.url, 'DELETE', `/api/keys/${id}`);
  await until(async () => (await list(token, replica.url)).status !== 200);
  expect(codeOf(await list(token, replica.url))).toBe(ENDED);
});

test('what a browser session makes ends with the key of its sign-in, and not when the person signs out', async () => {
  const { body } = await callApi(gateway.url, 'POST', '/api/keys', {
    body: { userId: 'acme', expiresAt: new Date(Date.now() + 600_000).toISOString() },
  });
  const { id, key, expiresAt } = body.data;
  const signedIn = await callApi(gateway.url, 'POST', '/api/session', {
    key,
    headers: { origin: gateway.url, 'x-hookline-csrf': '1' },
  });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const byCookie = { key: null, headers: { cookie, origin: gateway.url, 'x-hookline-csrf': '1' } };
  const made = await callApi(gateway.url, 'POST', '/api/portal/sessions', {
    ...byCookie,
    body: { readOnly: true, returnUrl: RETURN_URL },
  });
  expect([made.status, made.body.data?.expiresAt]).toEqual([201, expiresAt]);
  const { token } = (await exchange(made.body.data.url.split('#')[1])).body.data;
  expect((await callApi(gateway.url, 'DELETE', '/api/session', byCookie)).status).toBe(200);
  expect((await list(token, replica.url)).status).toBe(200);
  await callApi(gateway.url, 'DELETE', `/api/keys/${id}`);
  await until(async () => (await list(token, replica.url)).status !== 200);
  expect(codeOf(await list(token, replica.url))).toBe(ENDED);
});

test('a session that is ended before it was opened cannot be opened', async () => {
  const { id, sessionToken } = await createPortal(gateway.url);
  expect((await end(id)).status).toBe(200);
  expect(codeOf(await exchange(sessionToken, replica.url))).toBe(ENDED);
  expect(codeOf(await end(id))).toBe('not_found');
});

test('a tenant lists and ends its own sessions alone', async () => {
  const [mine, theirs] = [
    await createPortal(gateway.url),
    await createPortal(gateway.url, { userId: 'beta' }),
  ];
  const { key } = await createKey(gateway.url, 'acme');
  const { body } = await callApi(gateway.url, 'GET', '/api/portal/sessions?limit=1000', { key });
  expect(new Set(body.data.map(({ userId }: { userId: string }) => userId))).toEqual(new Set(['acme']));
  const endAs = (id: string) => callApi(gateway.url, 'DELETE', `/api/portal/sessions/${id}`, { key });
  expect(codeOf(await endAs(theirs.id))).toBe('not_found');
  expect(codeOf(await endAs(mine.id))).toBe(200);
  expect((await exchange(theirs.sessionToken)).status).toBe(201);
});

test('sessions are listed newest first, in pages', async () => {
  const ids = [];
  for (let count = 0; count < 5; count++) ids.push((await createPortal(gateway.url, { userId: 'paged' })).id);
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await callApi(
      gateway.url,
      'GET',
      `/api/portal/sessions?userId=paged&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    found.push(...body.data.map(({ id }: { id: string }) => id));
    if (!body.page.hasMore) break;
    cursor = body.page.nextCursor;
  }
  expect(found).toEqual(ids.toReversed());
});

test('the feed needs the capability to view events, and has the events of the tenant alone', async () => {
  const blind = await openPortal(gateway.url, { capabilities: ['event-types:view'] });
  const failed = new Promise<number>((resolve) => {
    openFeed(blind.token).socket.on('unexpected-response', (_request, response) =>
      resolve(response.statusCode ?? 0),
    );
  });
  expect(await failed).toBe(403);
  const late = new FeedSocket(gateway.url, { key: null });
  opened.push(late);
  late.socket.on('open', () => late.send({ type: 'authenticate', token: blind.token }));
  expect((await late.closed).code).toBe(FEED_CLOSE.forbidden);

  const { token } = await openPortal(gateway.url);
  const socket = openFeed(token);
  await socket.subscribe({ id: 'all' });
  socket.send({ type: 'subscribe', id: 'theirs', filter: { userId: 'beta' } });
  expect((await socket.waitFor('error')).code).toBe('forbidden');
  await source.publish({ tenant: 'beta' });
  const id = await source.publish({ tenant: 'acme' });
  await socket.waitForEvents(1);
  expect(socket.eventIds).toEqual([id]);
  expect((await socket.waitFor('ready')).tokenExpiresAt).toEqual(expect.any(String));
});

test('an address that tries unknown tokens too often gets 429, and another address does not', async () => {
  const limited = await startGateway({ ...common(), failureLimit: { failures: 3, windowSeconds: 600 } });
  try {
    const guess = (address: string, n: number) =>
      callApi(limited.url, 'POST', '/api/portal/exchange', {
        key: `hps_${String(n).padStart(43, 'a')}`,
        headers: { 'x-forwarded-for': address },
      });
    const codes: unknown[] = [];
    for (let n = 0; n < 5; n++) codes.push(codeOf(await guess('198.51.100.7', n)));
    expect(codes).toEqual([ENDED, ENDED, ENDED, 'rate_limited', 'rate_limited']);
    expect(codeOf(await guess('198.51.100.8', 9))).toBe(ENDED);
  } finally {
    await limited.close();
  }
});

test('sessions that ended more than a day ago and expired tokens are deleted, and no others', async () => {
  const [active, endedNow, endedLong] = [
    await openPortal(gateway.url, { userId: 'swept' }),
    await openPortal(gateway.url, { userId: 'swept' }),
    await openPortal(gateway.url, { userId: 'swept' }),
  ];
  const age = (interval: string, { session }: { session: { id: string } }) =>
    owner.query('update portal_sessions set expires_at = now() + $1::interval where id = $2', [
      interval,
      session.id,
    ]);
  await age('-23 hours', endedNow);
  await age('-25 hours', endedLong);
  await expire('portal_tokens', 'session_id', endedLong.session.id);
  const service = createDatabase({
    url: database.serviceUrl,
    applicationName: 'test',
    onConnectionError: () => {},
  });
  try {
    await until(async () => (await deleteEndedPortalSessions(service, 1)) === 0);
  } finally {
    await service.close();
  }
  const ids = async (text: string) => (await owner.query<{ id: string }>(text)).rows.map(({ id }) => id);
  expect(await ids("select id from portal_sessions where tenant_id = 'swept' order by id")).toEqual(
    [active.session.id, endedNow.session.id].sort(),
  );
  expect(
    await ids("select session_id as id from portal_tokens where tenant_id = 'swept' order by session_id"),
  ).toEqual([active.session.id, endedNow.session.id].sort());
});
