import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { getProvider, type InboundRequest, type Provider, type Reception, receiveWebhook } from '../index.ts';

/**
 * Bodies, methods and signatures that providers send beside the usual ones, signed by the rules of their own SDKs:
 * written down from @hubspot/api-client 13.5, plivo 4.79, messagebird 4.0, orb-billing 6.11 and cloudinary 2.11.
 */
const SECRET = 'a-secret-of-nobody';
const URL_CALLED = 'https://hooks.example.com/in/1';
const hmac = (hash: string, text: string | Buffer) => createHmac(hash, SECRET).update(text);
const sha = (hash: string, text: string) => createHash(hash).update(text).digest('hex');

const receive = (id: string, changes: Partial<InboundRequest>, options = {}): Promise<Reception> =>
  receiveWebhook(getProvider(id) as Provider, { request: request(changes), secrets: [SECRET], options });

async function payloadOf(id: string, changes: Partial<InboundRequest>): Promise<unknown> {
  const reception = await receive(id, changes);
  if (reception.kind !== 'events') throw new Error(JSON.stringify(reception));
  expect(reception.events).toHaveLength(1);
  return JSON.parse(reception.events[0]?.payload.toString() ?? '');
}

const called = (query: string) => ({
  method: 'GET',
  url: `${URL_CALLED}?${query}`,
  query: new URLSearchParams(query),
  rawBody: Buffer.alloc(0),
});

it.each(['gitea', 'forgejo', 'gogs'])('%s signs the JSON in the field of a form', async (id) => {
  const json = '{"action":"opened","n":1}';
  const signed = {
    [`x-${id}-signature`]: [hmac('sha256', json).digest('hex')],
    [`x-${id}-event`]: ['issues'],
    [`x-${id}-delivery`]: ['1'],
  };
  const headers = { ...signed, 'content-type': ['application/x-www-form-urlencoded'] };
  const form = Buffer.from(new URLSearchParams({ payload: json }).toString());
  expect(await payloadOf(id, { headers, rawBody: form })).toEqual({ action: 'opened', n: 1 });
  expect(await payloadOf(id, { headers: signed, rawBody: Buffer.from(json) })).toEqual({
    action: 'opened',
    n: 1,
  });
  const other = Buffer.from(new URLSearchParams({ payload: '{"action":"closed"}' }).toString());
  expect(await receive(id, { headers, rawBody: other })).toMatchObject({
    kind: 'rejected',
    rejection: { status: 401 },
  });
  const twice = Buffer.concat([form, Buffer.from('&payload=%7B%7D')]);
  expect(await receive(id, { headers, rawBody: twice })).toMatchObject({ kind: 'rejected' });
  if (id !== 'gogs') {
    const query = new URLSearchParams({ payload: json }).toString();
    expect(await payloadOf(id, { headers: signed, ...called(query) })).toEqual({ action: 'opened', n: 1 });
  }
});

const OBJECT = '{"subscriptionType":"contact.creation","portalId":7,"objectId":1}';

it('hubspot signs an object, a list and a GET alike, with its address as it is or in part decoded', async () => {
  const sign = (method: string, url: string, body: string, url2 = url) => ({
    method,
    url: url2,
    query: new URL(url2).searchParams,
    rawBody: Buffer.from(body),
    headers: {
      'x-hubspot-signature-v3': [
        hmac('sha256', `${method}${url}${body}${NOW_SECONDS * 1000}`).digest('base64'),
      ],
      'x-hubspot-request-timestamp': [String(NOW_SECONDS * 1000)],
    },
  });
  expect(await payloadOf('hubspot', sign('POST', URL_CALLED, OBJECT))).toEqual(JSON.parse(OBJECT));
  expect(await payloadOf('hubspot', sign('POST', URL_CALLED, `[${OBJECT}]`))).toEqual(JSON.parse(OBJECT));
  const card = `${URL_CALLED}?userId=1&email=a%40b`;
  expect(await payloadOf('hubspot', sign('GET', card, ''))).toEqual({ userId: '1', email: 'a@b' });
  expect(await payloadOf('hubspot', sign('GET', card.replace('%40', '@'), '', card))).toMatchObject({
    userId: '1',
  });
});

it('hubspot-legacy signs by version 1 the body, and by version 2 the method and the address too', async () => {
  const sign = (text: string) => ({ 'x-hubspot-signature': [sha('sha256', `${SECRET}${text}`)] });
  const post = { url: URL_CALLED, rawBody: Buffer.from(OBJECT) };
  for (const text of [OBJECT, `POST${URL_CALLED}${OBJECT}`]) {
    expect(await payloadOf('hubspot-legacy', { ...post, headers: sign(text) })).toEqual(JSON.parse(OBJECT));
  }
  const card = called('userId=1');
  expect(await payloadOf('hubspot-legacy', { ...card, headers: sign(`GET${card.url}`) })).toEqual({
    userId: '1',
  });
  // With version 1, the signature of a GET would be the hash of the secret alone, whatever its query.
  expect(await receive('hubspot-legacy', { ...card, headers: sign('') })).toMatchObject({
    kind: 'rejected',
    rejection: { code: 'invalid_signature' },
  });
});

it('orb separates several signatures with spaces, those of other versions among them', async () => {
  const time = new Date(NOW_SECONDS * 1000).toISOString();
  const rawBody = Buffer.from('{"id":"1","type":"a"}');
  const right = `v1=${hmac('sha256', `v1:${time}:${rawBody}`).digest('hex')}`;
  for (const list of [right, `v1=${'0'.repeat(64)} ${right}`, `v2=x ${right}`]) {
    const headers = { 'x-orb-timestamp': [time], 'x-orb-signature': [list] };
    expect(await payloadOf('orb', { headers, rawBody })).toEqual({ id: '1', type: 'a' });
  }
});

it('plivo-v3 sorts the values of a name that is repeated, and signs a GET by its query', async () => {
  const headersOf = (text: string, name = 'x-plivo-signature-v3') => ({
    [name]: [hmac('sha256', `${text}.nonce`).digest('base64')],
    'x-plivo-signature-v3-nonce': ['nonce'],
    'content-type': ['application/x-www-form-urlencoded'],
  });
  const form = { url: URL_CALLED, rawBody: Buffer.from('To=2&Digits=9&To=1&Digits=3') };
  const fields = { To: ['2', '1'], Digits: ['9', '3'] };
  for (const name of ['x-plivo-signature-v3', 'x-plivo-signature-ma-v3']) {
    const headers = headersOf(`${URL_CALLED}?Digits3Digits9To1To2`, name);
    expect(await payloadOf('plivo-v3', { ...form, headers })).toEqual(fields);
  }
  const get = called('To=2&Digits=9&To=1');
  expect(
    await payloadOf('plivo-v3', { ...get, headers: headersOf(`${URL_CALLED}?Digits=9&To=1&To=2`) }),
  ).toEqual({
    To: ['2', '1'],
    Digits: '9',
  });
});

it('paymob signs a transaction with an empty field, and the token of a card by other fields', async () => {
  const signed = (obj: object, type: string, text: string) => {
    const query = `hmac=${hmac('sha512', text).digest('hex')}`;
    return {
      url: `${URL_CALLED}?${query}`,
      query: new URLSearchParams(query),
      rawBody: Buffer.from(JSON.stringify({ type, obj })),
    };
  };
  const token = {
    id: 11,
    token: 'tok',
    masked_pan: 'xxxx-2346',
    merchant_id: 3,
    card_subtype: 'MasterCard',
    created_at: '2026-10-26T11:33:44.592345',
    email: 'ada@example.com',
    order_id: '21',
  };
  const ofToken = 'MasterCard2026-10-26T11:33:44.592345ada@example.com11xxxx-2346321tok';
  expect(await payloadOf('paymob', signed(token, 'TOKEN', ofToken))).toMatchObject({ type: 'TOKEN' });
  expect(await receive('paymob', signed({ ...token, id: 12 }, 'TOKEN', ofToken))).toMatchObject({
    rejection: { code: 'invalid_signature' },
  });
  const transaction = {
    amount_cents: 100,
    created_at: 'c',
    currency: 'EGP',
    error_occured: false,
    has_parent_transaction: false,
    id: 1,
    integration_id: 2,
    is_3d_secure: true,
    is_auth: false,
    is_capture: false,
    is_refunded: false,
    is_standalone_payment: true,
    is_voided: false,
    order: { id: 3 },
    owner: 4,
    pending: false,
    source_data: { pan: '', sub_type: 'wallet', type: 'wallet' },
    success: true,
  };
  const ofTransaction = '100cEGPfalsefalse12truefalsefalsefalsetruefalse34falsewalletwallettrue';
  expect(await payloadOf('paymob', signed(transaction, 'TRANSACTION', ofTransaction))).toMatchObject({
    type: 'TRANSACTION',
  });
});

it('merge-dev pads its signatures, or does not', async () => {
  const rawBody = Buffer.from('{"hook":{"event":"LinkedAccount.synced"}}');
  const signature = hmac('sha256', rawBody).digest('base64url');
  for (const text of [signature, `${signature}=`]) {
    const headers = { 'x-merge-webhook-signature': [text] };
    expect(await payloadOf('merge-dev', { headers, rawBody })).toMatchObject({ hook: {} });
  }
});

it('messagebird signs with HS256, HS384 and HS512, a GET without the hash of a body', async () => {
  const token = (hash: string, claims: Record<string, unknown>) => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ alg: `HS${hash.slice(3)}`, typ: 'JWT' })}.${encode({ iss: 'MessageBird', exp: NOW_SECONDS + 60, ...claims })}`;
    return { 'messagebird-signature-jwt': [`${text}.${hmac(hash, text).digest('base64url')}`] };
  };
  const body = '{"id":"1","status":"sent"}';
  for (const hash of ['sha256', 'sha384', 'sha512']) {
    const claims = { url_hash: sha('sha256', URL_CALLED), payload_hash: sha('sha256', body) };
    const post = { url: URL_CALLED, rawBody: Buffer.from(body), headers: token(hash, claims) };
    expect(await payloadOf('messagebird', post)).toEqual(JSON.parse(body));
  }
  const get = called('id=1&status=delivered');
  const headers = token('sha256', { url_hash: sha('sha256', get.url) });
  expect(await payloadOf('messagebird', { ...get, headers })).toEqual({ id: '1', status: 'delivered' });
  const withBody = {
    url: URL_CALLED,
    rawBody: Buffer.from(body),
    headers: token('sha256', { url_hash: sha('sha256', URL_CALLED) }),
  };
  expect(await receive('messagebird', withBody)).toMatchObject({ kind: 'rejected' });
});

it('cloudinary hashes with SHA-1 or SHA-256, as the account is set', async () => {
  const rawBody = Buffer.from('{"notification_type":"upload"}');
  for (const hash of ['sha1', 'sha256']) {
    const signature = sha(hash, `${rawBody}${NOW_SECONDS}${SECRET}`);
    const headers = { 'x-cld-signature': [signature], 'x-cld-timestamp': [String(NOW_SECONDS)] };
    expect(await payloadOf('cloudinary', { headers, rawBody })).toEqual({ notification_type: 'upload' });
  }
  const cut = sha('sha256', `${rawBody}${NOW_SECONDS}${SECRET}`).slice(0, 40);
  const headers = { 'x-cld-signature': [cut], 'x-cld-timestamp': [String(NOW_SECONDS)] };
  expect(await receive('cloudinary', { headers, rawBody })).toMatchObject({
    rejection: { code: 'invalid_signature' },
  });
});

it.each([
  ['text', 'Hello, "World"!', undefined, 'Hello, "World"!'],
  ['nothing', '', undefined, ''],
  ['nothing that says to be JSON', '', 'application/json', ''],
  ['JSON of any kind', '[1,2]', 'text/plain', [1, 2]],
  ['XML', '<a b="1"/>', 'application/xml', '<a b="1"/>'],
  ['a form', 'a=1&a=2', 'application/x-www-form-urlencoded', { a: ['1', '2'] }],
])('where a body may be text, %s is kept: as JSON, or a JSON string', async (_what, body, type, payload) => {
  const headers = {
    authorization: [`Bearer ${SECRET}`],
    'x-api-key': [SECRET],
    'x-sig': [hmac('sha256', body).digest('hex')],
    ...(type === undefined ? {} : { 'content-type': [type] }),
  };
  const rawBody = Buffer.from(body);
  for (const id of ['bearer', 'api-key', 'datadog', 'new-relic', 'zapier']) {
    expect([id, await payloadOf(id, { headers, rawBody })]).toEqual([id, payload]);
  }
  const signed = await receive('hmac', { headers, rawBody }, { header: 'X-Sig' });
  expect(signed.kind === 'events' && JSON.parse(signed.events[0]?.payload.toString() ?? '')).toEqual(payload);
});

it('a truncated JSON text with the content type JSON is refused, and so are bytes that are not text', async () => {
  const authorization = [`Bearer ${SECRET}`];
  for (const [type, rawBody] of [
    ['application/json', Buffer.from('{"a":')],
    ['application/octet-stream', Buffer.from([0xff, 0xfe, 0x00])],
  ] as const) {
    expect(
      await receive('bearer', { headers: { authorization, 'content-type': [type] }, rawBody }),
    ).toMatchObject({
      kind: 'rejected',
      check: 'body',
      rejection: { code: 'malformed_body' },
    });
  }
  const latin1 = { authorization, 'content-type': ['text/plain; charset=ISO-8859-1'] };
  expect(await payloadOf('bearer', { headers: latin1, rawBody: Buffer.from([0xe9]) })).toBe('é');
});

it('qstash forwards any body with any method', async () => {
  const sign = (body: string) => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      iss: 'Upstash',
      sub: URL_CALLED,
      exp: NOW_SECONDS + 300,
      body: createHash('sha256').update(body).digest('base64url'),
    };
    const text = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
    return { 'upstash-signature': [`${text}.${hmac('sha256', text).digest('base64url')}`] };
  };
  for (const [method, body, payload] of [
    ['POST', 'hello', 'hello'],
    ['POST', '', ''],
    ['PUT', '{"a":1}', { a: 1 }],
    ['DELETE', 'x', 'x'],
  ] as const) {
    const changes = { method, url: URL_CALLED, headers: sign(body), rawBody: Buffer.from(body) };
    expect([method, await payloadOf('qstash', changes)]).toEqual([method, payload]);
  }
});

it.each(['whsec_', ''])('brex signs with the secret decoded or as a text: "%s"', async (prefix) => {
  const secret = `${prefix}${Buffer.alloc(32, 7).toString('base64')}`;
  const rawBody = Buffer.from('{"event_type":"TRANSFER_PROCESSED"}');
  for (const key of [Buffer.alloc(32, 7), Buffer.from(secret)]) {
    const message = `msg_1.${NOW_SECONDS}.${rawBody}`;
    const signature = createHmac('sha256', key).update(message).digest('base64');
    const headers = {
      'webhook-id': ['msg_1'],
      'webhook-timestamp': [String(NOW_SECONDS)],
      'webhook-signature': [`v1,${signature}`],
    };
    const reception = await receiveWebhook(getProvider('brex') as Provider, {
      request: request({ headers, rawBody }),
      secrets: [secret],
    });
    expect(reception).toMatchObject({ kind: 'events', events: [{ type: 'brex.TRANSFER_PROCESSED' }] });
  }
});
