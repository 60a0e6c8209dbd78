import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
/** As in production: no endpoints on private addresses. */
let strict: Replica;

beforeAll(async () => {
  harness = await createHarness();
  strict = await harness.startReplica({ outbound: { allowPrivate: false } });
});
afterAll(() => harness.stop());

const valid = { name: 'orders', url: 'https://hooks.hookline.dev/in', events: ['order.*'] };
const create = (body: Record<string, unknown>, as = newTenant()) =>
  strict.call('POST', '/api/webhooks', { as, body: { ...valid, ...body } });

test('creating an endpoint sets the defaults and shows the secret once', async () => {
  const tenant = newTenant();
  const created = await create({}, tenant);
  expect(created.status).toBe(201);
  const { secret, ...endpoint } = created.json.data;
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(endpoint).toEqual({
    id: expect.stringMatching(/^ep_[0-9A-Z]{26}$/),
    userId: tenant,
    ...valid,
    description: null,
    retryOn: null,
    dontRetryOn: null,
    whenOff: 'skip',
    uid: null,
    metadata: {},
    tags: [],
    active: true,
    verified: false,
    disabledAt: null,
    disabledReason: null,
    headers: {},
    maxRetries: 3,
    retryDelay: 60,
    retrySchedule: null,
    timeoutSeconds: 30,
    method: 'POST',
    format: 'event',
    body: 'verbatim',
    hooklineHeaders: true,
    filter: null,
    transformation: null,
    batching: null,
    ordering: null,
    rateLimit: null,
    auth: null,
    signing: { algorithm: 'hmac', plainHeaders: true },
    deadlineSeconds: null,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  const read = await strict.call('GET', `/api/webhooks/${endpoint.id}`, { as: tenant });
  const health = {
    state: 'healthy',
    since: null,
    inFlight: 0,
    slots: 10,
    waiting: 0,
    oldestDueSeconds: null,
    nextProbeAt: null,
    transformation: null,
  };
  expect(read.json.data).toEqual({ ...endpoint, recentDeliveries: [], health });
  expect(read.text).not.toContain(secret);
  const [row] = await harness.asOwner<{ secrets: object }>('select secrets from endpoints where id = $1', [
    endpoint.id,
  ]);
  expect(JSON.stringify(row)).not.toContain(secret.slice(6));
});

test('credentials are sealed, shown redacted, and kept when the redacted form is sent back', async () => {
  const tenant = newTenant();
  const password = `pass-${tenant}`;
  const created = await create({ auth: { type: 'basic', username: 'shop', password } }, tenant);
  expect(created.status).toBe(201);
  const shown = { type: 'basic', username: 'shop', password: '[redacted]' };
  expect(created.json.data.auth).toEqual(shown);
  const { id } = created.json.data;
  const sealed = async () =>
    (await harness.asOwner<{ auth: string }>('select auth from endpoints where id = $1', [id]))[0]?.auth;
  expect(await sealed()).not.toContain(password);
  const change = (body: Record<string, unknown>) =>
    strict.call('PUT', `/api/webhooks/${id}`, { as: tenant, body });
  expect((await change({ auth: { ...shown, username: 'till' } })).json.data.auth.username).toBe('till');
  const refused = await change({ auth: { type: 'bearer', token: '[redacted]' } });
  expect(refused.status).toBe(400);
  expect(refused.json.error).toContain('body/auth/token');
  expect((await change({ auth: null })).json.data.auth).toBeNull();
  expect(await sealed()).toBeNull();
});

test('every setting can be set and changed, and a field that is left out stays', async () => {
  const tenant = newTenant();
  const all = {
    description: 'of the shop',
    headers: { 'x-shop': '7' },
    maxRetries: 0,
    retryDelay: 3600,
    retrySchedule: [],
    timeoutSeconds: 30,
    active: false,
    method: 'PUT',
    filter: { data: { amount: { $gt: 100 } } },
    transformation: { code: 'function handler(webhook) { return webhook; }' },
    batching: { maxEvents: 10, windowSeconds: 5 },
    ordering: null,
    rateLimit: { perSecond: 5, concurrency: 2 },
    signing: { algorithm: 'hmac', plainHeaders: false },
    deadlineSeconds: 86_400,
  };
  const created = await create({ ...all, events: ['a', 'a', 'b.*'] }, tenant);
  expect(created.json.data).toMatchObject({ ...all, events: ['a', 'b.*'] });
  const { id } = created.json.data;
  const change = (body: Record<string, unknown>) =>
    strict.call('PUT', `/api/webhooks/${id}`, { as: tenant, body });
  expect((await change({ retrySchedule: 'meta' })).json.data).toMatchObject({
    ...all,
    retrySchedule: [1, 5, 30],
  });
  expect((await change({ name: 'renamed', description: null })).json.data).toMatchObject({
    name: 'renamed',
    description: null,
    retrySchedule: [1, 5, 30],
  });
  expect((await change({ retrySchedule: null, active: true })).json.data).toMatchObject({
    retrySchedule: null,
    active: true,
  });
  expect((await strict.call('DELETE', `/api/webhooks/${id}`, { as: tenant })).status).toBe(200);
  for (const [method, path] of [
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/regenerate-secret'],
    ['GET', '/deliveries'],
  ] as const) {
    const answer = await strict.call(method, `/api/webhooks/${id}${path}`, {
      as: tenant,
      ...(method === 'PUT' ? { body: { name: 'x' } } : {}),
    });
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
  }
});

describe('an impossible setting is refused with a code and the path of its field', () => {
  test.for([
    [{ name: '' }, 'body/name'],
    [{ name: 'a\u0000b' }, 'body/name'],
    [{ description: '\u0000' }, 'body/description'],
    [{ events: [] }, 'body/events'],
    [{ events: ['a..b'] }, 'body/events/0'],
    [{ events: ['*.a'] }, 'body/events/0'],
    [{ url: 'not a url' }, 'body/url'],
    [{ url: 'https://hooks.hookline.dev/#x' }, 'body/url'],
    [{ maxRetries: 11 }, 'body/maxRetries'],
    [{ maxRetries: '3' }, 'body/maxRetries'],
    [{ retryDelay: 9 }, 'body/retryDelay'],
    [{ retrySchedule: [0] }, 'body/retrySchedule'],
    [{ retrySchedule: 'no-such-preset' }, 'body/retrySchedule'],
    [{ timeoutSeconds: 31 }, 'body/timeoutSeconds'],
    [{ headers: { 'x y': '1' } }, 'body/headers'],
    [{ headers: { 'x-a': 'line\r\nbreak' } }, 'body/headers'],
    [{ headers: { 'x-a': 'ключ' } }, 'body/headers'],
    [{ secret: 'whsec_mine' }, 'body'],
  ] as const)('%j', async ([body, place]) => {
    const answer = await create(body);
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', requestId: expect.any(String) },
    });
    expect(answer.json.error).toMatch(new RegExp(`^${place}`));
  });

  test.for([
    'Host',
    'content-type',
    'Content-Length',
    'Transfer-Encoding',
    'User-Agent',
    'Cookie',
    'Webhook-Id',
    'X-Webhook-Signature',
    'Proxy-Authorization',
    'Expect',
  ])('the header %s', async (name) => {
    const answer = await create({ headers: { [name]: 'x' } });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });
});

describe('a URL with a private address is refused on creation and on a change, without the reason', () => {
  test.for([
    'http://127.0.0.1:3002/api/webhooks',
    'http://localhost/',
    'http://2130706433/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://postgres/',
  ])('%s', async (url) => {
    const tenant = newTenant();
    const refused = {
      status: 422,
      json: { error: 'body/url leads to an address that is not public', code: 'endpoint_url_not_allowed' },
    };
    expect(await create({ url }, tenant)).toMatchObject(refused);
    const { id } = (await create({}, tenant)).json.data;
    expect(await strict.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { url } })).toMatchObject(
      refused,
    );
  });
});

describe('a URL that is not allowed in itself is refused, and the error says why', () => {
  test.for([
    ['https://user:password@hooks.hookline.dev/', 422, 'user name or a password'],
    ['ftp://hooks.hookline.dev/', 422, 'scheme'],
    ['https://hooks.hookline.dev:5432/', 422, 'port'],
    ['file:///etc/passwd', 400, 'must be a URL'],
    ['https:\\\\hooks.hookline.dev/', 400, 'must be a URL'],
    ['https://hooks.hookline.dev/a b', 400, 'must be a URL'],
  ] as const)('%s', async ([url, status, why]) => {
    const answer = await create({ url });
    expect(answer.status).toBe(status);
    expect(answer.json.error).toContain(why);
  });
});

test('a host name that resolves to a private address is refused when the endpoint is saved, with the same error as the address itself', async () => {
  const resolve = async () => [{ address: '10.0.0.5', family: 4 }];
  const inside = await harness.startReplica({ outbound: { allowPrivate: false, resolve } });
  onTestFinished(() => inside.stop());
  const answer = await inside.call('POST', '/api/webhooks', { as: newTenant(), body: valid });
  expect(answer).toMatchObject({
    status: 422,
    json: { error: 'body/url leads to an address that is not public', code: 'endpoint_url_not_allowed' },
  });
});

test('the address of an allowed URL is checked again for each request', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const files = await createHarness();
  onTestFinished(() => files.stop());
  const lax = await files.startReplica();
  const { id } = await lax.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  await lax.createEndpoint(tenant, `http://localhost:${receiver.port}/`, { retrySchedule: [] });
  await lax.stop();
  const production = await files.startReplica({ outbound: { allowPrivate: false } });
  await files.publish({ tenant });
  expect(await files.expectSettled(production)).toMatchObject({ dead: 2 });
  const { data } = (await production.call('GET', `/api/deliveries?webhookId=${id}`)).json;
  expect(data).toMatchObject([
    { errorCode: 'address_not_allowed', errorMessage: 'The destination is not allowed', responseCode: null },
  ]);
  expect(receiver.requests).toHaveLength(0);
});

test('a secret header is redacted, and kept when the redacted form is sent back', async () => {
  const own = await createHarness();
  onTestFinished(() => own.stop());
  const lax = await own.startReplica();
  const tenant = newTenant();
  const receiver = await receive();
  const headers = {
    Authorization: 'Bearer abc',
    'X-Api-Key': 'def',
    'x-my-token': 'ghi',
    'x-plain': 'shown',
  };
  const hidden = {
    Authorization: '[redacted]',
    'X-Api-Key': '[redacted]',
    'x-my-token': '[redacted]',
    'x-plain': 'shown',
  };
  const { id } = await lax.createEndpoint(tenant, receiver.url, { headers });
  const read = await lax.call('GET', `/api/webhooks/${id}`, { as: tenant });
  expect(read.json.data.headers).toEqual(hidden);
  const list = await lax.call('GET', '/api/webhooks', { as: tenant });
  for (const value of ['abc', 'def', 'ghi']) expect(list.text + read.text).not.toContain(value);

  const changed = { ...read.json.data.headers, 'x-my-token': 'new', 'x-plain': '[redacted]' };
  await lax.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { headers: changed } });
  await own.publish({ tenant });
  await receiver.waitFor(1);
  expect(receiver.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer abc',
    'x-api-key': 'def',
    'x-my-token': 'new',
    'x-plain': '[redacted]',
  });
});

test('the secret part of a URL is masked in every answer, and kept when the masked URL is sent back', async () => {
  const own = await createHarness();
  onTestFinished(() => own.stop());
  const lax = await own.startReplica();
  const tenant = newTenant();
  const receiver = await receive();
  const { origin } = new URL(receiver.url);
  const path = '/hook/aB3dE5fG7hJ9kL1mN3pQ5rS7?a=1&sig=of-the-receiver';
  const shown = `${origin}/hook/[redacted]?a=1&sig=[redacted]`;
  const body = { name: 'n', url: `${origin}${path}`, events: ['*'] };
  const created = await lax.call('POST', '/api/webhooks', { as: tenant, body });
  expect(created.json.data.url).toBe(shown);
  const at = `/api/webhooks/${created.json.data.id}`;
  const read = await lax.call('GET', at, { as: tenant });
  const list = await lax.call('GET', '/api/webhooks', { as: tenant });
  for (const { text } of [created, read, list]) expect(text).not.toMatch(/aB3dE5|of-the-receiver/);
  expect([read.json.data.url, list.json.data[0].url]).toEqual([shown, shown]);

  const changed = await lax.call('PUT', at, { as: tenant, body: { url: read.json.data.url, name: 'other' } });
  expect(changed).toMatchObject({ status: 200, json: { data: { name: 'other', url: shown } } });
  await own.publish({ tenant });
  await receiver.waitFor(1);
  expect(receiver.requests[0]?.path).toBe(path);

  const elsewhere = shown.replace('/hook/', '/elsewhere/');
  for (const [method, to] of [
    ['PUT', at],
    ['POST', '/api/webhooks'],
  ] as const) {
    const refused = await lax.call(method, to, { as: tenant, body: { ...body, url: elsewhere } });
    expect(refused).toMatchObject({
      status: 400,
      json: {
        code: 'invalid_request',
        error: expect.stringContaining('body/url must be the whole URL: it is redacted'),
      },
    });
  }
});

test('an endpoint whose URL leads back into this installation is refused', async () => {
  const own = await createHarness({ ownOrigins: ['https://hooks.example.com', 'http://localhost:3001/'] });
  onTestFinished(() => own.stop());
  const lax = await own.startReplica();
  const tenant = newTenant();
  const save = (url: string) =>
    lax.call('POST', '/api/webhooks', { as: tenant, body: { name: 'n', url, events: ['*'] } });
  const refusal = {
    status: 422,
    json: {
      code: 'endpoint_url_not_allowed',
      error: expect.stringMatching(/^body\/url must not lead back into this installation/),
    },
  };
  for (const url of [
    'http://localhost:3001/in/abc',
    'http://127.0.0.1:3001/%69n/abc?x=1',
    'http://[::1]:3001/webhook',
    'http://localhost:3001/api/webhooks/github/acme',
    'http://127.0.0.1:3001/api/events',
    'http://127.0.0.1:3001/api/events/batch',
    'http://127.0.0.1:3001/api/webhook-events/evt_1/replay-edited',
  ])
    expect([url, await save(url)]).toMatchObject([url, refusal]);
  for (const url of ['http://localhost:3001/elsewhere', 'http://localhost:3002/in/abc'])
    expect([url, (await save(url)).status]).toEqual([url, 201]);
  const { id } = (await save('http://localhost:3002/in/abc')).json.data;
  const change = { as: tenant, body: { url: 'http://localhost:3001/in/abc' } };
  expect(await lax.call('PUT', `/api/webhooks/${id}`, change)).toMatchObject(refusal);
});

test('a redacted header value is refused if none is stored, and kept whatever the case of its name', async () => {
  const tenant = newTenant();
  const refused = await create({ headers: { 'X-Api-Key': '[redacted]' } }, tenant);
  expect(refused).toMatchObject({
    status: 400,
    json: {
      code: 'invalid_request',
      error: expect.stringContaining('body/headers/X-Api-Key must be the real value: it is redacted'),
    },
  });
  const headers = { 'X-Auth-Key': 'abc', 'x-plain': 'shown' };
  const { id } = (await create({ headers }, tenant)).json.data;
  const change = (changed: Record<string, string>) =>
    strict.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { headers: changed } });
  const stored = async () =>
    (await harness.asOwner<{ headers: unknown }>('select headers from endpoints where id = $1', [id]))[0]
      ?.headers;
  const before = await stored();
  expect(before).toEqual({ 'X-Auth-Key': { sealed: expect.any(String) }, 'x-plain': 'shown' });
  for (const wrong of [
    { 'X-Functions-Key': '[redacted]' },
    { 'X-Auth-Key': '[redacted]', 'x-auth-key': 'def' },
    Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`x-${n}`, 'v'])),
  ])
    expect(await change(wrong)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  expect(await stored()).toEqual(before);

  const answer = await change({ 'x-auth-key': '[redacted]', 'x-plain': 'other' });
  expect(answer).toMatchObject({
    status: 200,
    json: { data: { headers: { 'x-auth-key': '[redacted]', 'x-plain': 'other' } } },
  });
  const { 'X-Auth-Key': sealed } = before as Record<string, unknown>;
  expect(await stored()).toEqual({ 'x-auth-key': sealed, 'x-plain': 'other' });
});

test('a rotation shows the new secret once', async () => {
  const tenant = newTenant();
  const { id, secret } = (await create({}, tenant)).json.data;
  const rotated = await strict.call('POST', `/api/webhooks/${id}/regenerate-secret`, { as: tenant });
  expect(rotated.status).toBe(200);
  expect(rotated.json.data.secret).toMatch(/^whsec_/);
  expect(rotated.json.data.secret).not.toBe(secret);
  expect((await strict.call('GET', `/api/webhooks/${id}`, { as: tenant })).text).not.toContain('whsec_');
});

test('an endpoint that is switched off cannot be tested', async () => {
  const tenant = newTenant();
  const { id } = (await create({ active: false }, tenant)).json.data;
  const answer = await strict.call('POST', `/api/webhooks/${id}/test`, { as: tenant });
  expect(answer).toMatchObject({ status: 409, json: { code: 'conflict' } });
});

test('endpoints are listed newest first, page by page, and can be filtered', async () => {
  const tenant = newTenant();
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.unshift((await create({ active: n % 2 === 0 }, tenant)).json.data.id);
  const seen: string[] = [];
  let cursor = '';
  for (let pages = 0; pages < 10; pages++) {
    const { data, page } = (await strict.call('GET', `/api/webhooks?limit=3${cursor}`, { as: tenant })).json;
    seen.push(...data.map(({ id }: { id: string }) => id));
    expect(page.limit).toBe(3);
    if (!page.hasMore) break;
    cursor = `&cursor=${page.nextCursor}`;
    // One that comes in meanwhile is not on the pages that follow.
    await create({}, tenant);
  }
  expect(seen).toEqual(ids);
  const active = (await strict.call('GET', '/api/webhooks?active=false', { as: tenant })).json.data;
  expect(active.map(({ id }: { id: string }) => id)).toEqual(ids.filter((_, n) => n % 2 === 1));
  const offset = (await strict.call('GET', '/api/webhooks?offset=2&limit=1', { as: tenant })).json.data;
  expect(offset).toHaveLength(1);
});

test('a call without the internal token, or without the headers of a principal, is refused', async () => {
  const bare = await fetch(`${strict.url}/api/webhooks`);
  expect(bare.status).toBe(401);
  const wrong = await fetch(`${strict.url}/api/webhooks`, {
    headers: { 'x-hookline-internal-token': 'a-token-of-somebody-else', 'x-hookline-role': 'operator' },
  });
  expect(await wrong.json()).toMatchObject({ code: 'unauthenticated' });
});
