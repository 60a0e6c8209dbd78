import { createPublicKey, randomBytes, verify } from 'node:crypto';
import type { PublicSigningKey } from '@hookline/contracts';
import { createSecretBox } from '@hookline/db';
import type { ReceivedRequest } from '@hookline/testkit';
import { createRemoteJWKSet } from 'jose';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { rewrapEndpointSecrets } from '../../src/endpoints/secrets/rewrap-endpoint-secrets.ts';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { openDatabase } from '../support/open-database.ts';
import { receive } from '../support/receive.ts';
import { verifyPlain, verifyStandard } from '../support/verify-request.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

/** An endpoint with a choice of signatures, and what an event sends to it. */
async function create(signing: object, more: object = {}) {
  const tenant = newTenant();
  const receiver = await receive();
  const { id, secret } = await replica.createEndpoint(tenant, receiver.url, { signing, ...more });
  const call = (method: string, path: string, body?: object) =>
    replica.call(method, `/api/webhooks/${id}${path}`, { as: tenant, ...(body ? { body } : {}) });
  const sendOne = async (type = 'a.b', payload: unknown = { n: 1 }) => {
    const before = receiver.requests.length;
    await harness.publish({ tenant, type, payload });
    await receiver.waitFor(before + 1);
    return receiver.requests[before] as ReceivedRequest;
  };
  return { id, secret, call, sendOne };
}

const readPage = async (id: string, from: Pick<Replica, 'url'> = replica) => fetch(`${from.url}/keys/${id}`);
const readKeys = async (id: string, from?: Pick<Replica, 'url'>) =>
  (await (await readPage(id, from)).json()) as { keys: PublicSigningKey[] };
const signaturesOf = ({ headers }: ReceivedRequest) => String(headers['webhook-signature']).split(' ');

/** As a receiver does who has nothing but Node and the published page. */
function verifyWithPage(request: ReceivedRequest, page: { keys: PublicSigningKey[] }): boolean {
  const { headers, body } = request;
  const message = Buffer.concat([
    Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`),
    body,
  ]);
  const signatures = signaturesOf(request)
    .filter((each) => each.startsWith('v1a,'))
    .map((each) => Buffer.from(each.slice(4), 'base64'));
  return page.keys.some((jwk) => {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    return signatures.some((signature) => verify(null, message, key, signature));
  });
}

describe('an endpoint gets the signatures that it asked for, and no others', () => {
  const STANDARD = ['webhook-id', 'webhook-signature', 'webhook-timestamp'];
  const PLAIN = ['x-webhook-event', 'x-webhook-id', 'x-webhook-signature', 'x-webhook-timestamp'];
  test.for([
    ['hmac', false, ['v1'], STANDARD],
    ['hmac', true, ['v1'], [...STANDARD, ...PLAIN]],
    ['ed25519', false, ['v1a'], STANDARD],
    ['ed25519', true, ['v1a'], [...STANDARD, ...PLAIN]],
    ['both', false, ['v1', 'v1a'], STANDARD],
  ] as const)('%s, plainHeaders %s', async ([algorithm, plainHeaders, versions, headers]) => {
    const { secret, id, sendOne } = await create({ algorithm, plainHeaders });
    const request = await sendOne();
    expect(signaturesOf(request).map((each) => each.split(',')[0])).toEqual(versions);
    expect(
      Object.keys(request.headers)
        .filter((name) => name.includes('webhook'))
        .sort(),
    ).toEqual(headers);
    if (algorithm !== 'ed25519') {
      verifyStandard(request, secret);
      new SvixWebhook(secret).verify(request.body, request.headers as Record<string, string>);
    }
    if (algorithm !== 'hmac') {
      const page = await readKeys(id);
      expect(verifyWithPage(request, page)).toBe(true);
      expect(verifyWithPage({ ...request, body: Buffer.from('{}') }, page)).toBe(false);
    }
    if (plainHeaders) expect(verifyPlain(request, secret)).toBe(true);
  });
});

test('the page of keys is a JWK set that may be cached, and is the same for every caller', async () => {
  const { id, call } = await create({ algorithm: 'both', plainHeaders: true });
  const page = await readPage(id);
  expect(page.status).toBe(200);
  expect(page.headers.get('cache-control')).toBe('public, max-age=300');
  const { keys } = (await page.json()) as { keys: PublicSigningKey[] };
  expect(keys).toEqual([
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: expect.stringMatching(/^[\w-]{43}$/),
      use: 'sig',
      alg: 'EdDSA',
      kid: expect.stringMatching(/^[\w-]{43}$/),
      publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/),
      expiresAt: null,
    },
  ]);
  expect((await call('GET', '/public-keys')).json.data).toEqual({ path: `/keys/${id}`, keys });
  // A library for JWK sets finds the key by its id.
  const find = createRemoteJWKSet(new URL(`${replica.url}/keys/${id}`));
  expect(await find({ alg: 'EdDSA', kid: keys[0]?.kid ?? '' })).toBeTruthy();
});

test('the page of keys exists on every replica as long as its endpoint does', async () => {
  const other = await harness.startReplica();
  onTestFinished(() => other.stop());
  const { id, call } = await create({ algorithm: 'ed25519', plainHeaders: false });
  // The other looks at Postgres if it does not know the endpoint yet, and knows it from then on.
  const fromMemory = () =>
    fetch(`${other.url}/keys/${id}`, { headers: { 'cache-control': 'only-if-cached' } });
  expect((await readPage(id, other)).status).toBe(200);
  expect((await fromMemory()).status).toBe(200);
  await call('DELETE', '');
  await replica.call('POST', '/api/webhooks', {
    as: newTenant(),
    body: { name: 'x', url: 'http://127.0.0.1:1/', events: ['no.such'] },
  });
  await harness.expectSettledEvent(await harness.publish());
  expect((await readPage(id)).status).toBe(404);
});

test.for<[string, () => Promise<string>]>([
  ['an endpoint without key pairs', async () => (await create({ algorithm: 'hmac', plainHeaders: true })).id],
  ['an endpoint that does not exist', async () => 'ep_01JZZZZZZZZZZZZZZZZZZZZZZZ'],
  ['nonsense', async () => '..%2Fapi'],
])('there is no page for %s, and none tells which it was', async ([, id]) => {
  const answer = await readPage(await id());
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    error: 'There are no keys at this address',
    code: 'not_found',
  });
});

test('a rotation creates a new key pair, and for a day both key pairs sign and are published', async () => {
  const { id, call, sendOne } = await create({ algorithm: 'ed25519', plainHeaders: false });
  const before = await readKeys(id);
  await call('POST', '/regenerate-secret');
  const request = await sendOne();
  expect(signaturesOf(request).map((each) => each.split(',')[0])).toEqual(['v1a', 'v1a']);
  // A receiver that has an old copy of the page, and one that takes only the newest key.
  const after = await readKeys(id);
  expect(after.keys).toHaveLength(2);
  expect(verifyWithPage(request, before)).toBe(true);
  expect(verifyWithPage(request, { keys: after.keys.slice(0, 1) })).toBe(true);
  expect(after.keys[0]?.kid).not.toBe(before.keys[0]?.kid);
  const untilMs = Date.parse(after.keys[1]?.expiresAt ?? '') - Date.now();
  expect(untilMs).toBeGreaterThan(23.9 * 3_600_000);
  expect(untilMs).toBeLessThanOrEqual(24 * 3_600_000);

  await harness.asOwner(
    `update endpoints set signing_keys = jsonb_set(signing_keys, '{1,expiresAt}', to_jsonb(now() - interval '1 second')) where id = $1`,
    [id],
  );
  await call('PUT', '', { name: 'renamed' });
  const last = await sendOne();
  expect(signaturesOf(last)).toHaveLength(1);
  expect(verifyWithPage(last, before)).toBe(false);
  expect((await readKeys(id)).keys).toHaveLength(1);
});

test('an endpoint gets a key pair when it changes to Ed25519, and keeps it when it changes back', async () => {
  const { id, secret, call, sendOne } = await create({ algorithm: 'hmac', plainHeaders: true });
  await call('PUT', '', { signing: { algorithm: 'both', plainHeaders: true } });
  const page = await readKeys(id);
  const request = await sendOne();
  verifyStandard(request, secret);
  expect(verifyWithPage(request, page)).toBe(true);
  await call('PUT', '', { signing: { algorithm: 'hmac', plainHeaders: true } });
  await call('PUT', '', { signing: { algorithm: 'ed25519', plainHeaders: true } });
  expect(await readKeys(id)).toEqual(page);
});

test('no answer contains the private key', async () => {
  const { id, call } = await create({ algorithm: 'both', plainHeaders: true });
  const [row] = await harness.asOwner<{ keys: object[] }>(
    'select signing_keys as keys from endpoints where id = $1',
    [id],
  );
  expect(row?.keys).toHaveLength(1);
  for (const text of [
    JSON.stringify(row),
    (await call('GET', '')).text,
    (await call('POST', '/regenerate-secret')).text,
    (await call('GET', '/public-keys')).text,
    await (await readPage(id)).text(),
  ])
    expect(text).not.toContain('whsk_');
});

test('the signature headers can be renamed: svix’s library verifies the signature under its own names', async () => {
  const headerNames = { id: 'Svix-Id', timestamp: 'Svix-Timestamp', signature: 'Svix-Signature' };
  const { secret, sendOne } = await create({ algorithm: 'hmac', plainHeaders: false, headerNames });
  const request = await sendOne('a.b', { text: 'ключ 🦔', big: 1 });
  expect(Object.keys(request.headers).filter((name) => name.includes('webhook'))).toEqual([]);
  const headers = request.headers as Record<string, string>;
  new SvixWebhook(secret).verify(request.body, headers);
  expect(() => new SvixWebhook(secret).verify('{}', headers)).toThrow();
});

describe('signature headers with a name that is already set are refused', () => {
  const names = { id: 'a-id', timestamp: 'a-time', signature: 'a-sign' };
  test.for<[string, object, RegExp]>([
    [
      'a header of HTTP',
      { headerNames: { ...names, id: 'Content-Length' } },
      /headerNames\/id must not be Content-Length/,
    ],
    [
      'the same name twice',
      { headerNames: { ...names, id: 'A-Time' } },
      /timestamp and .*\/id both set the header a-time/,
    ],
    [
      'one of the plain headers',
      { headerNames: { ...names, id: 'X-Webhook-Id' } },
      /which body\/signing\/plainHeaders sets/,
    ],
    ['no name', { headerNames: { ...names, id: 'a b' } }, /^body\/signing\/headerNames\/id/],
    ['not all three', { headerNames: { id: 'a' } }, /^body\/signing/],
  ])('%s', async ([, more, message]) => {
    const answer = await replica.call('POST', '/api/webhooks', {
      as: newTenant(),
      body: {
        name: 'x',
        url: 'http://127.0.0.1:1/',
        events: ['*'],
        signing: { algorithm: 'hmac', plainHeaders: true, ...more },
      },
    });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(answer.json.error).toMatch(message);
  });

  test('a header name that the endpoint’s headers or credentials already set is refused, in either order', async () => {
    const signing = { algorithm: 'hmac', plainHeaders: false, headerNames: names };
    const { call } = await create(signing, { auth: { type: 'api_key', header: 'X-Key', key: 'k' } });
    expect((await call('PUT', '', { headers: { 'A-Id': '1' } })).json.error).toContain(
      'both set the header a-id',
    );
    const withKey = { ...signing, headerNames: { ...names, id: 'x-key' } };
    expect((await call('PUT', '', { signing: withKey })).json.error).toContain('both set the header x-key');
    // The name is free once the plain headers are not sent.
    const likePlain = { ...signing, headerNames: { ...names, id: 'X-Webhook-Id' } };
    expect((await call('PUT', '', { signing: likePlain })).status).toBe(200);
  });
});

test('after a rewrap private keys and credentials work without the old encryption key', async () => {
  const own = await createHarness();
  const database = openDatabase(own);
  onTestFinished(async () => {
    await database.close();
    await own.stop();
  });
  const [oldKey = ''] = own.config.encryptionKeys;
  const newKey = randomBytes(32).toString('base64');
  const tenant = newTenant();
  const receiver = await receive();
  const before = await own.startReplica();
  const { id } = await before.createEndpoint(tenant, receiver.url, {
    signing: { algorithm: 'ed25519', plainHeaders: false },
    auth: { type: 'bearer', token: 'kept' },
  });
  const page = await readKeys(id, before);
  await before.stop();
  const rewrap = () => rewrapEndpointSecrets(database, createSecretBox([newKey, oldKey]));
  expect(await rewrap()).toEqual({ found: 1, rewrapped: 1 });
  expect(await rewrap()).toEqual({ found: 1, rewrapped: 0 });

  const after = await own.startReplica({ encryptionKeys: [newKey] });
  await own.publish({ tenant });
  await receiver.waitFor(1);
  const request = receiver.requests[0] as ReceivedRequest;
  expect(request.headers.authorization).toBe('Bearer kept');
  expect(verifyWithPage(request, page)).toBe(true);
  expect(await readKeys(id, after)).toEqual(page);
});
