import { internalHeaders } from '@hookline/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, TOKEN } from '../harness.ts';

let harness: Harness;
let replica: Replica;
const tenant = newTenant();
beforeAll(async () => {
  harness = await createHarness({ defaultMaxRetries: 4 });
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const MINIMAL = { name: 'a', url: 'https://example.com/hook', events: ['*'] };
const create = (body: object) =>
  replica.call('POST', '/api/webhooks', { as: tenant, body: { ...MINIMAL, ...body } });

async function start(settings: object) {
  const made = await create(settings);
  expect([made.status, made.json.error]).toEqual([201, undefined]);
  const path = `/api/webhooks/${made.json.data.id}`;
  return {
    made: made.json.data,
    read: async () => (await replica.call('GET', path, { as: tenant })).json.data,
    change: (body: object, method = 'PUT') => replica.call(method, path, { as: tenant, body }),
  };
}
const NAMES = { id: 'svix-id', timestamp: 'svix-timestamp', signature: 'svix-signature' };

test('signing with only an algorithm gets the other defaults', async () => {
  const { made } = await start({ signing: { algorithm: 'ed25519' } });
  expect(made.signing).toEqual({ algorithm: 'ed25519', plainHeaders: true });
});

test.each(['PUT', 'PATCH'])(
  '%s of a part of signing keeps the names of the headers, and null takes them away',
  async (method) => {
    const { change } = await start({ signing: { headerNames: NAMES } });
    const changed = await change({ signing: { algorithm: 'both', plainHeaders: false } }, method);
    expect(changed.json.data.signing).toEqual({ algorithm: 'both', plainHeaders: false, headerNames: NAMES });
    const renamed = await change({ signing: { headerNames: { id: 'my-id' } } }, method);
    expect(renamed.json.data.signing.headerNames).toEqual({ ...NAMES, id: 'my-id' });
    const without = await change({ signing: { headerNames: null, algorithm: null } }, method);
    expect(without.json.data.signing).toEqual({ algorithm: 'hmac', plainHeaders: false });
  },
);

test.each([
  ['rateLimit', { perSecond: 5, concurrency: 2 }, { perSecond: 7 }, { perSecond: 7, concurrency: 2 }],
  ['rateLimit', { perSecond: 5, concurrency: 2 }, { perSecond: null }, { concurrency: 2 }],
  [
    'batching',
    { maxEvents: 10, windowSeconds: 5 },
    { windowSeconds: 9 },
    { maxEvents: 10, windowSeconds: 9 },
  ],
  [
    'ordering',
    { key: 'type', onFailure: 'park' },
    { onFailure: 'continue' },
    { key: 'type', onFailure: 'continue' },
  ],
  [
    'headers',
    { 'X-One': '1', 'x-two': '2' },
    { 'x-one': 'a', 'x-two': null, 'x-three': '3' },
    { 'x-one': 'a', 'x-three': '3' },
  ],
])('%s %j changed by %j is %j', async (name, before, change, after) => {
  const endpoint = await start({ [name]: before });
  const changed = await endpoint.change({ [name]: change });
  expect([changed.status, changed.json.data[name]]).toEqual([200, after]);
  expect((await endpoint.read())[name]).toEqual(after);
});

test('a part of the credentials can be changed while the redacted secret stays, and another type keeps nothing', async () => {
  const oauth = {
    type: 'oauth2_client_credentials',
    tokenUrl: 'https://example.com/token',
    clientId: 'me',
    clientSecret: 'not shown',
    scope: 'a b',
  };
  const { change } = await start({ auth: oauth });
  const changed = await change({ auth: { type: oauth.type, clientId: 'you', scope: null } });
  const { scope: _, ...others } = oauth;
  expect(changed.json.data.auth).toEqual({ ...others, clientId: 'you', clientSecret: '[redacted]' });
  const other = await change({ auth: { type: 'basic', username: 'u' } });
  expect([other.status, other.json.details]).toEqual([
    400,
    [{ path: 'body/auth/password', message: expect.stringMatching(/^is missing: a text/) }],
  ]);
});

const DEFAULTS = {
  description: null,
  headers: {},
  maxRetries: 4,
  retryDelay: 60,
  retrySchedule: null,
  timeoutSeconds: 30,
  active: true,
  method: 'POST',
  filter: null,
  transformation: null,
  batching: null,
  ordering: null,
  rateLimit: null,
  auth: null,
  signing: { algorithm: 'hmac', plainHeaders: true },
  format: 'event',
  body: 'verbatim',
  hooklineHeaders: true,
  deadlineSeconds: null,
};
const NULLS = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, null]));

test('null sets every setting with a default to this default, on creation and later', async () => {
  expect((await start(NULLS)).made).toMatchObject(DEFAULTS);
  const { change } = await start({
    description: 'd',
    headers: { 'x-a': '1' },
    maxRetries: 9,
    retryDelay: 99,
    retrySchedule: [1],
    timeoutSeconds: 9,
    active: false,
    method: 'PUT',
    filter: { type: 'a.b' },
    transformation: { template: 'text' },
    rateLimit: { perSecond: 9, perMinute: null },
    auth: { type: 'bearer', token: 'abc' },
    signing: { algorithm: 'both', plainHeaders: false, headerNames: NAMES },
    body: 'compact',
    deadlineSeconds: 99,
  });
  expect((await change(NULLS)).json.data).toMatchObject(DEFAULTS);
});

test.each(['name', 'url', 'events'])('%s has no default, and is not null', async (name) => {
  const { change } = await start({});
  for (const answer of [await create({ [name]: null }), await change({ [name]: null })]) {
    expect([answer.status, answer.json.details.map((each: { path: string }) => each.path)]).toEqual([
      400,
      [`body/${name}`],
    ]);
  }
});

test('an endpoint that was read can be changed and sent back', async () => {
  const { made, read, change } = await start({
    headers: { authorization: 'hidden' },
    rateLimit: { perSecond: 5 },
    signing: { headerNames: NAMES },
  });
  const { secret: _, ...shown } = made;
  const before = await read();
  const sent = await change({ ...before, name: 'b' });
  expect([sent.status, sent.json.error]).toEqual([200, undefined]);
  expect(sent.json.data).toEqual({ ...shown, name: 'b', updatedAt: sent.json.data.updatedAt });
});

test('an endpoint that Hookline switched off keeps the reason until it is switched on, whatever is changed', async () => {
  const { made, read, change } = await start({});
  await harness.asOwner(
    `update endpoints set active = false, disabled_at = now(), disabled_reason = 'gone' where id = $1`,
    [made.id],
  );
  await change({ ...(await read()), name: 'b' });
  expect(await read()).toMatchObject({ name: 'b', active: false, disabledReason: 'gone' });
  await change({ active: true });
  expect(await read()).toMatchObject({ active: true, disabledReason: null, disabledAt: null });
});

test.each([
  [{ url: 'no url' }, 400, 'body/url'],
  [{ url: 'https://example.com/#a' }, 400, 'body/url'],
  [{ auth: { type: 'basic', username: 'a:b', password: 'x' } }, 400, 'body/auth/username'],
  [{ auth: { type: 'bearer', token: 'a b' } }, 400, 'body/auth/token'],
  [{ auth: { type: 'api_key', header: 'x-key', key: 'abc ' } }, 400, 'body/auth/key'],
  [{ auth: { type: 'mtls', certificate: 'x', privateKey: 'y' } }, 400, 'body/auth/certificate'],
  [{ headers: { host: 'x' } }, 400, 'body/headers'],
  [{ headers: { 'x-token': '[redacted]' } }, 400, 'body/headers/x-token'],
  [{ signing: { headerNames: { ...NAMES, id: 'host' } } }, 400, 'body/signing/headerNames/id'],
  [{ hooklineHeaders: false }, 400, 'body/hooklineHeaders'],
  [{ secret: 'whsec_AAAA' }, 400, 'body/secret'],
  [{ filter: { data: { $gtt: 1 } } }, 422, 'body/filter.data.$gtt'],
  [{ transformation: { code: 'function {' } }, 422, 'body/transformation/code'],
])('a rule that %j breaks names the field, and no other', async (fields, status, path) => {
  const answer = await create(fields);
  expect([answer.status, answer.json.details.map((each: { path: string }) => each.path)]).toEqual([
    status,
    [path],
  ]);
});

test('a change can be sent as application/merge-patch+json', async () => {
  const { made } = await start({ rateLimit: { perSecond: 5, concurrency: 2 } });
  const answer = await fetch(`${replica.url}/api/webhooks/${made.id}`, {
    method: 'PATCH',
    headers: {
      ...internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_t' }),
      'content-type': 'application/merge-patch+json',
    },
    body: '{"rateLimit":{"perSecond":null}}',
  });
  const { data } = (await answer.json()) as { data: { rateLimit: unknown } };
  expect([answer.status, data.rateLimit]).toEqual([200, { concurrency: 2 }]);
});
