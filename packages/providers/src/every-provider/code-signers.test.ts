import {
  createCipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import {
  type FetchPublished,
  getProvider,
  type InboundRequest,
  type Provider,
  receiveWebhook,
} from '../index.ts';

const URL_ = 'https://hooks.example.com/in/1?b=2&a=1';
const RSA = [rsa(), rsa(), rsa()] as const;
const EC = [ec(), ec(), ec()] as const;
const ED = [
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('ed25519'),
] as const;
/** The last key is a stranger's. */
const SHARED = [1, 2, 3].map((seed) => Buffer.alloc(32, seed).toString('hex')) as [string, string, string];
const SHORT = SHARED.map((text) => text.slice(0, 32)) as [string, string, string];
type Who = 0 | 1 | 2;

interface Case {
  id: string;
  /** Two secrets of the source; none if keys are published. */
  secrets: readonly string[];
  options?: Record<string, string>;
  /** The published documents, with the first two keys. */
  published?: { url: string; document: unknown };
  body: string;
  /** The place of the signature; undefined: in the body. */
  header?: string;
  /** The maximum age of a request; undefined: it has no time. */
  toleranceSeconds?: number;
  coversBody: boolean;
  type: string;
  make(who: Who, body: string, atSeconds: number): Headers | Promise<Headers>;
  contentType?: string;
  /** Present if the body is derived from the event. */
  wrap?(who: Who, body: string, atSeconds: number): string | Promise<string>;
}
type Headers = Record<string, string>;

function rsa() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}
function ec() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const pems = (pairs: readonly { publicKey: KeyObject }[]) =>
  pairs.slice(0, 2).map(({ publicKey }) => pem(publicKey));
const jwks = (pairs: readonly { publicKey: KeyObject }[], named = true) => ({
  keys: pairs.slice(0, 2).map(({ publicKey }, index) => ({
    ...publicKey.export({ format: 'jwk' }),
    ...(named && { kid: `k${index}` }),
  })),
});
const hex256 = (text: string) => createHash('sha256').update(text).digest('hex');
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();
const jwt = (claims: Record<string, unknown>, alg: string, key: KeyObject | Buffer, kid?: string) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(key);
const hs256 = (who: Who, claims: Record<string, unknown>) => jwt(claims, 'HS256', Buffer.from(SHARED[who]));
function detached(
  header: object,
  payload: string,
  who: Who,
  pairs: typeof RSA | typeof ED,
  hash: string | null,
) {
  const head = base64url(JSON.stringify({ kid: `k${Math.min(who, 1)}`, ...header }));
  return `${head}..${sign(hash, Buffer.from(`${head}.${payload}`), pairs[who].privateKey).toString('base64url')}`;
}

const JIRA_QSH = hex256('POST&/in/1&a=1&b=2');
const CASES: readonly Case[] = [
  {
    id: 'monday',
    secrets: SHARED.slice(0, 2),
    body: '{"event":{"type":"create_item","boardId":1,"pulseId":2,"triggerUuid":"u1"}}',
    header: 'authorization',
    toleranceSeconds: 120,
    coversBody: false,
    type: 'monday.create_item',
    make: async (who, _body, at) => ({
      authorization: await hs256(who, { aud: URL_, iat: at, exp: at + 60 }),
    }),
  },
  {
    // An event of the app's own life cycle: its token has no address.
    id: 'monday',
    secrets: SHARED.slice(0, 2),
    body: '{"type":"install","payload":{},"accountId":7}',
    header: 'authorization',
    toleranceSeconds: 120,
    coversBody: false,
    type: 'monday.install',
    make: async (who, _body, at) => ({
      authorization: await hs256(who, { dat: { account_id: 7 }, iat: at, exp: at + 60 }),
    }),
  },
  {
    id: 'jira-connect',
    secrets: SHARED.slice(0, 2),
    body: '{"webhookEvent":"jira:issue_created","timestamp":1700000000000}',
    header: 'authorization',
    toleranceSeconds: 120,
    coversBody: false,
    type: 'jira-connect.jira.issue_created',
    make: async (who, _body, at) => ({
      authorization: `JWT ${await hs256(who, { iss: 'client', qsh: JIRA_QSH, iat: at, exp: at + 60 })}`,
    }),
  },
  {
    id: 'plaid',
    secrets: [JSON.stringify(EC[0].publicKey.export({ format: 'jwk' })), pem(EC[1].publicKey)],
    body: '{"webhook_type":"ITEM","webhook_code":"ERROR","item_id":"i1"}',
    header: 'plaid-verification',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'plaid.ITEM.ERROR',
    make: async (who, body, at) => ({
      'plaid-verification': await jwt(
        { iat: at, request_body_sha256: hex256(body) },
        'ES256',
        EC[who].privateKey,
        'k',
      ),
    }),
  },
  {
    id: 'fusionauth',
    secrets: pems(RSA),
    options: { algorithm: 'RS256' },
    body: '{"event":{"type":"user.create","id":"e1","tenantId":"t1","createInstant":1700000000000}}',
    header: 'x-fusionauth-signature-jwt',
    coversBody: true,
    type: 'fusionauth.user.create',
    make: async (who, body) => ({
      'x-fusionauth-signature-jwt': await jwt(
        { request_body_sha256: createHash('sha256').update(body).digest('base64') },
        'RS256',
        RSA[who].privateKey,
      ),
    }),
  },
  {
    id: 'greendot',
    secrets: SHARED.slice(0, 2),
    options: { algorithm: 'HS256', issuer: 'auth' },
    body: '{"eventType":"achTransfer"}',
    header: 'authorization',
    toleranceSeconds: 120,
    coversBody: false,
    type: 'greendot.achTransfer',
    make: async (who, _body, at) => ({
      'x-gd-requestid': 'r1',
      authorization: `Bearer ${await hs256(who, { iss: 'auth', scope: 'a post:webhook', exp: at + 60 })}`,
    }),
  },
  {
    id: 'kinde',
    secrets: [],
    options: { domain: 'https://acme.kinde.com' },
    published: { url: 'https://acme.kinde.com/.well-known/jwks', document: jwks(RSA) },
    body: '{"type":"user.created","event_id":"e1","timestamp":"2023-11-14T22:13:20Z"}',
    coversBody: true,
    type: 'kinde.user.created',
    make: () => ({}),
    wrap: (who, body) => jwt(JSON.parse(body), 'RS256', RSA[who].privateKey, `k${Math.min(who, 1)}`),
  },
  {
    id: 'wix',
    secrets: pems(RSA),
    body: '{"eventType":"wix.ecom.v1.order_created","instanceId":"i1","data":"{}"}',
    toleranceSeconds: 120,
    coversBody: true,
    type: 'wix.ecom.v1.order_created',
    make: () => ({}),
    wrap: (who, body, at) => jwt({ data: body, iat: at, exp: at + 60 }, 'RS256', RSA[who].privateKey),
  },
  {
    id: 'gemini-dynamic',
    secrets: [],
    options: { audience: 'me' },
    published: {
      url: 'https://generativelanguage.googleapis.com/.well-known/jwks.json',
      document: jwks(RSA),
    },
    body: '{"type":"batch.succeeded","data":{"id":"b1"}}',
    header: 'webhook-signature',
    toleranceSeconds: 300,
    coversBody: false,
    type: 'gemini-dynamic.batch.succeeded',
    make: async (who, _body, at) => ({
      'webhook-id': 'm1',
      'webhook-timestamp': String(at),
      'webhook-signature': await jwt(
        { aud: 'me', exp: at + 3600 },
        'RS256',
        RSA[who].privateKey,
        `k${Math.min(who, 1)}`,
      ),
    }),
  },
  {
    id: 'fal',
    secrets: [],
    options: { userId: 'github|1' },
    published: { url: 'https://rest.fal.ai/.well-known/jwks.json', document: jwks(ED) },
    body: '{"request_id":"r1","status":"OK"}',
    header: 'x-fal-webhook-signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'fal.OK',
    make: (who, body, at) => ({
      'x-fal-webhook-request-id': 'r1',
      'x-fal-webhook-user-id': 'github|1',
      'x-fal-webhook-timestamp': String(at),
      'x-fal-webhook-signature': sign(
        null,
        Buffer.from(`r1\ngithub|1\n${at}\n${hex256(body)}`),
        ED[who].privateKey,
      ).toString('hex'),
    }),
  },
  {
    id: 'shipstation',
    secrets: [],
    published: { url: 'https://api.shipengine.com/jwks', document: jwks(RSA) },
    body: '{"resource_type":"API_TRACK","data":{"tracking_number":"1Z"}}',
    header: 'x-shipengine-rsa-sha256-signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'shipstation.API_TRACK',
    make: (who, body, at) => ({
      'x-shipengine-timestamp': isoOf(at),
      'x-shipengine-rsa-sha256-signature': sign(
        'sha256',
        Buffer.from(`${isoOf(at)}.${body}`),
        RSA[who].privateKey,
      ).toString('base64'),
    }),
  },
  {
    id: 'travis',
    secrets: [],
    published: {
      url: 'https://api.travis-ci.com/config',
      document: { config: { notifications: { webhook: { public_key: pem(RSA[0].publicKey) } } } },
    },
    body: `payload=${encodeURIComponent('{"type":"push","state":"passed","commit":"c1"}')}`,
    contentType: 'application/x-www-form-urlencoded',
    header: 'signature',
    coversBody: true,
    type: 'travis.push.passed',
    make: (who, body) => ({
      signature: sign(
        'sha1',
        Buffer.from(new URLSearchParams(body).get('payload') ?? ''),
        RSA[who].privateKey,
      ).toString('base64'),
    }),
  },
  {
    id: 'fireblocks',
    secrets: [],
    options: { region: 'eu', workspaceId: 'w1' },
    published: { url: 'https://eu-keys.fireblocks.io/.well-known/jwks.json', document: jwks(RSA) },
    body: '{"id":"e1","eventType":"transaction.created","workspaceId":"w1","createdAt":1700000000000}',
    header: 'fireblocks-webhook-signature',
    coversBody: true,
    type: 'fireblocks.transaction.created',
    make: (who, body) => ({
      'fireblocks-webhook-signature': detached({ alg: 'RS512' }, base64url(body), who, RSA, 'sha512'),
    }),
  },
  {
    id: 'neon-auth',
    secrets: [],
    options: { authUrl: 'https://x.neonauth.example/neondb/auth/' },
    published: { url: 'https://x.neonauth.example/neondb/auth/.well-known/jwks.json', document: jwks(ED) },
    body: '{"event_type":"user.created","user":{"id":"u1"}}',
    header: 'x-neon-signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'neon-auth.user.created',
    make: (who, body, at) => ({
      'x-neon-event-type': 'user.created',
      'x-neon-event-id': 'e1',
      'x-neon-timestamp': `${at}000`,
      'x-neon-signature': detached({ alg: 'EdDSA' }, base64url(`${at}000.${base64url(body)}`), who, ED, null),
    }),
  },
  {
    // As documented: the header names the key, and the JWS contains only a part of that name.
    id: 'neon-auth',
    secrets: [],
    options: { authUrl: 'https://x.neonauth.example/neondb/auth' },
    published: { url: 'https://x.neonauth.example/neondb/auth/.well-known/jwks.json', document: jwks(ED) },
    body: '{"event_type":"user.before_create","user":{"id":"u1"}}',
    header: 'x-neon-signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'neon-auth.user.before_create',
    make: (who, body, at) => ({
      'x-neon-event-type': 'user.before_create',
      'x-neon-event-id': 'e2',
      'x-neon-timestamp': `${at}000`,
      'x-neon-signature-kid': `k${Math.min(who, 1)}`,
      'x-neon-signature': detached(
        { alg: 'EdDSA', kid: 'k' },
        base64url(`${at}000.${base64url(body)}`),
        who,
        ED,
        null,
      ),
    }),
  },
  {
    id: 'constant-contact',
    secrets: [],
    published: {
      url: 'https://developer.constantcontact.com/.well-known/jwks.json',
      document: jwks(RSA, false),
    },
    body: '{"event_type":"contact.created"}',
    header: 'x-ctct-webhook-sig',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'constant-contact.contact.created',
    make: (who, body, at) => ({
      'x-ctct-webhook-sig': detached(
        { alg: 'RS256', ts: at, b64: false, crit: ['b64'], kid: undefined },
        body,
        who,
        RSA,
        'sha256',
      ),
    }),
  },
  {
    id: 'ebay',
    secrets: [pem(EC[0].publicKey).replaceAll('\n', ''), pem(EC[1].publicKey)],
    body: '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION"},"notification":{"notificationId":"n1"}}',
    header: 'x-ebay-signature',
    coversBody: true,
    type: 'ebay.MARKETPLACE_ACCOUNT_DELETION',
    make: (who, body) => ({
      'x-ebay-signature': Buffer.from(
        JSON.stringify({
          alg: 'ecdsa',
          kid: 'k',
          digest: 'SHA1',
          signature: sign('sha1', Buffer.from(body), EC[who].privateKey).toString('base64'),
        }),
      ).toString('base64'),
    }),
  },
  {
    id: 'keygen',
    secrets: ED.slice(0, 2).map(({ publicKey }) =>
      publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex'),
    ),
    body: '{"data":{"id":"e1","attributes":{"event":"license.created"}}}',
    header: 'keygen-signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'keygen.license.created',
    make(who, body, at) {
      const date = new Date(at * 1000).toUTCString();
      const digest = createHash('sha256').update(body).digest('base64');
      const message = `(request-target): post /in/1?b=2&a=1\nhost: hooks.example.com\ndate: ${date}\ndigest: sha-256=${digest}`;
      const signature = sign(null, Buffer.from(message), ED[who].privateKey).toString('base64');
      return {
        date,
        'keygen-signature': `keyid="a", algorithm="ed25519", signature="${signature}", headers="(request-target) host date digest"`,
      };
    },
  },
  {
    id: 'wechat-pay',
    secrets: SHORT.slice(0, 2),
    options: { publicKey: pem(RSA[0].publicKey) },
    body: JSON.stringify({ id: 'n1', event_type: 'TRANSACTION.SUCCESS', resource: sealed(SHORT[0]) }),
    header: 'wechatpay-signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'wechat-pay.TRANSACTION.SUCCESS',
    make: (who, body, at) => ({
      'wechatpay-nonce': 'n0nce',
      'wechatpay-timestamp': String(at),
      'wechatpay-signature': sign(
        'sha256',
        Buffer.from(`${at}\nn0nce\n${body}\n`),
        RSA[who].privateKey,
      ).toString('base64'),
    }),
  },
  {
    id: 'alipay',
    secrets: [pem(RSA[0].publicKey), pem(RSA[1].publicKey)],
    options: { clientId: 'C1' },
    body: '{"notifyType":"PAYMENT_RESULT","paymentRequestId":"p1"}',
    header: 'signature',
    toleranceSeconds: 300,
    coversBody: true,
    type: 'alipay.PAYMENT_RESULT',
    make(who, body, at) {
      const message = Buffer.from(`POST /in/1\nC1.${isoOf(at)}.${body}`);
      const signature = encodeURIComponent(sign('sha256', message, RSA[who].privateKey).toString('base64'));
      return {
        'client-id': 'C1',
        'request-time': isoOf(at),
        signature: `algorithm=RSA256,keyVersion=1,signature=${signature}`,
      };
    },
  },
  {
    id: 'contentful',
    secrets: SHARED.slice(0, 2),
    body: '{"sys":{"id":"e1","space":{"sys":{"id":"s1"}}}}',
    header: 'x-contentful-signature',
    toleranceSeconds: 120,
    coversBody: true,
    type: 'contentful.ContentManagement.Entry.publish',
    make(who, body, at) {
      const headers = {
        'x-contentful-signed-headers':
          'x-contentful-topic,x-contentful-signed-headers,x-contentful-timestamp',
        'x-contentful-timestamp': `${at}000`,
        'x-contentful-topic': 'ContentManagement.Entry.publish',
      };
      const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
      const message = `POST\n/in/1?b%253D2%2526a%253D1\n${lines.join(';')}\n${body}`;
      return {
        ...headers,
        'x-contentful-signature': createHmac('sha256', SHARED[who]).update(message).digest('hex'),
      };
    },
  },
  {
    id: 'plivo-v3',
    secrets: SHARED.slice(0, 2),
    body: 'To=1&CallUUID=c1&Event=Ring',
    contentType: 'application/x-www-form-urlencoded',
    header: 'x-plivo-signature-v3',
    coversBody: true,
    type: 'plivo-v3.Ring',
    make: (who, body) => {
      const fields = [...new URLSearchParams(body)].map((field) => field.join('')).sort();
      const message = `https://hooks.example.com/in/1?a=1&b=2.${fields.join('')}.n0nce`;
      return {
        'x-plivo-signature-v3-nonce': 'n0nce',
        'x-plivo-signature-v3': createHmac('sha256', SHARED[who]).update(message).digest('base64'),
      };
    },
  },
  {
    id: 'praxis',
    secrets: SHARED.slice(0, 2),
    body: JSON.stringify({
      merchant_id: 'm1',
      application_key: 'a1',
      timestamp: NOW_SECONDS,
      customer: { customer_token: 't1' },
      session: { order_id: 'o1' },
      transaction: { tid: 7, currency: 'EUR', amount: '10.00', transaction_status: 'approved' },
    }),
    header: 'gt-authentication',
    toleranceSeconds: 900,
    coversBody: true,
    type: 'praxis.approved',
    make: (who) => ({
      'gt-authentication': createHash('sha384')
        .update(`m1a1${NOW_SECONDS}t1o17EUR10.00${SHARED[who]}`)
        .digest('hex'),
    }),
  },
];

function sealed(key: string) {
  const cipher = createCipheriv('aes-256-gcm', key, 'twelve bytes');
  cipher.setAAD(Buffer.from('transaction'));
  const text = Buffer.concat([
    cipher.update('{"out_trade_no":"o1","amount":9007199254740993}'),
    cipher.final(),
  ]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: Buffer.concat([text, cipher.getAuthTag()]).toString('base64'),
    nonce: 'twelve bytes',
    associated_data: 'transaction',
  };
}

/** Signed with a key of the source or a stranger's key, at a time. */
async function signedBy(example: Case, who: Who, atSeconds = NOW_SECONDS): Promise<InboundRequest> {
  const { body, contentType = 'application/json' } = example;
  const headers = await example.make(who, body, atSeconds);
  return request({
    url: URL_,
    query: new URL(URL_).searchParams,
    headers: {
      'content-type': [contentType],
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    },
    rawBody: Buffer.from((await example.wrap?.(who, body, atSeconds)) ?? body),
  });
}

function publisher({ published }: Case): FetchPublished | undefined {
  if (published === undefined) return undefined;
  const document = Buffer.from(JSON.stringify(published.document));
  return async (url) => {
    expect(url).toBe(published.url);
    return document;
  };
}

describe.each(CASES)('$id', (example) => {
  const provider = getProvider(example.id) as Provider;
  const { secrets, options = {}, header, toleranceSeconds } = example;
  const fetchPublished = publisher(example);
  const receive = (inbound: InboundRequest, changed: object = {}) =>
    receiveWebhook(provider, { request: inbound, secrets, options, fetchPublished, ...changed });

  it('is accepted with the key', async () => {
    const reception = await receive(await signedBy(example, 0));
    expect(reception).toMatchObject({ kind: 'events', events: [{ type: example.type }] });
    expect(reception).toMatchObject({ secretIndex: secrets.length === 0 ? -1 : 0 });
    for (const secret of secrets) expect(provider.checkSecret(secret)).toBeUndefined();
  });

  it('is refused with a stranger’s key', async () => {
    expect(await receive(await signedBy(example, 2))).toMatchObject({
      rejection: { code: 'invalid_signature', status: 401 },
    });
  });

  it('is refused without a key', async () => {
    const signed = await signedBy(example, 0);
    if (secrets.length > 0) {
      expect(await receive(signed, { secrets: [''] })).toMatchObject({
        rejection: { code: 'no_secret', status: 500 },
      });
    } else {
      expect(await receive(signed, { fetchPublished: undefined })).toMatchObject({
        rejection: { code: 'keys_unavailable', status: 503 },
      });
      const broken = async () => Buffer.from('<html>');
      expect(await receive(signed, { fetchPublished: broken })).toMatchObject({
        rejection: { code: 'keys_unavailable' },
      });
    }
    const required = Object.values(provider.options ?? {}).some((option) => option.required);
    if (required) {
      expect(await receive(signed, { options: {} })).toMatchObject({ rejection: { code: 'missing_option' } });
    }
    for (const [name, value] of Object.entries(options)) {
      expect(provider.options?.[name]?.check?.(value)).toBeUndefined();
    }
  });

  if (example.coversBody) {
    it('is refused for another body', async () => {
      const signed = await signedBy(example, 0);
      const text = signed.rawBody.toString();
      const at = Math.floor(text.length / 2);
      const changed =
        example.id === 'praxis' ? text.replace('10.00', '99.00') : `${text.slice(0, at)}x${text.slice(at)}`;
      for (const rawBody of [changed, '']) {
        expect(await receive({ ...signed, rawBody: Buffer.from(rawBody) })).toMatchObject({
          kind: 'rejected',
          rejection: { status: 401 },
        });
      }
    });
  } else {
    it('has a caution that the signature does not cover the body', () =>
      expect(provider.caution).toBeDefined());
  }

  if (header !== undefined) {
    it('is refused with a missing, doubled, cut or malformed signature', async () => {
      const signed = await signedBy(example, 0);
      const [value = ''] = signed.headers[header] ?? [];
      const withValues = (...values: string[]) =>
        receive({ ...signed, headers: { ...signed.headers, [header]: values } });
      expect(await withValues()).toMatchObject({ rejection: { code: 'missing_signature', status: 401 } });
      expect(await withValues('')).toMatchObject({ rejection: { code: 'missing_signature' } });
      expect(await withValues(value, value)).toMatchObject({ rejection: { code: 'duplicate_header' } });
      for (const cut of [value.slice(0, -9), value.slice(0, value.length / 2), 'x', `${value}0`]) {
        if (example.id === 'keygen' && cut.startsWith(value)) continue;
        expect(await withValues(cut)).toMatchObject({ kind: 'rejected', rejection: { status: 401 } });
      }
    });
  }

  if (toleranceSeconds !== undefined) {
    it('is refused too late', async () => {
      const signed = await signedBy(example, 0);
      const at = (seconds: number) => receive({ ...signed, receivedAtMs: (NOW_SECONDS + seconds) * 1000 });
      expect((await at(toleranceSeconds - 1)).kind).toBe('events');
      expect(await at(toleranceSeconds + 3_600)).toMatchObject({
        rejection: { code: 'timestamp_out_of_tolerance', status: 401 },
      });
    });
  }
});

describe('special cases', () => {
  const example = (id: string) => CASES.find((candidate) => candidate.id === id) as Case;
  const receive = async (id: string, changed: Partial<InboundRequest> = {}, input: object = {}) => {
    const { secrets, options = {} } = example(id);
    const signed = { ...(await signedBy(example(id), 0)), ...changed };
    const provider = getProvider(id) as Provider;
    const fetchPublished = publisher(example(id));
    return receiveWebhook(provider, { request: signed, secrets, options, fetchPublished, ...input });
  };

  it.each(['monday', 'jira-connect', 'keygen', 'plivo-v3', 'contentful'])(
    '%s is refused for another address',
    async (id) => {
      const reception = await receive(id, { url: 'https://hooks.example.com/in/2?b=2&a=1' });
      expect(reception).toMatchObject({ kind: 'rejected', rejection: { status: 401 } });
    },
  );

  it('Kinde signs user tokens with the same keys: a user token is not an event', async () => {
    const { published, options } = example('kinde');
    const claims = { sub: 'kp_1', iss: 'https://acme.kinde.com', azp: 'c1', scp: ['openid'] };
    const rawBody = Buffer.from(await jwt(claims, 'RS256', RSA[0].privateKey, 'k0'));
    expect(published).toBeDefined();
    expect(await receive('kinde', { rawBody }, { options })).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'unexpected_sender', status: 401 },
    });
  });

  it('Keygen signs the host in the entered spelling, without its port', async () => {
    const signed = await signedBy(example('keygen'), 0);
    const lower = signed.url.replace('//hooks.example.com', '//hooks.example.com:8443');
    expect((await receive('keygen', { url: lower })).kind).toBe('events');
    const capitals = { url: signed.url.replace('hooks.example', 'Hooks.Example') };
    expect(await receive('keygen', {}, { options: capitals })).toMatchObject({ kind: 'rejected' });
  });

  it('fal signs for all its users: only requests of the configured user are accepted', async () => {
    expect(await receive('fal', {}, { options: { userId: 'github|2' } })).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
  });

  it('Fireblocks signs for all its customers: another workspace is refused', async () => {
    const options = { region: 'eu', workspaceId: 'w2' };
    expect(await receive('fireblocks', {}, { options })).toMatchObject({
      rejection: { code: 'unexpected_sender' },
    });
  });

  it('Green Dot receives the id of its request back, and its token needs the scope', async () => {
    expect(await receive('greendot')).toMatchObject({
      answer: {
        status: 200,
        headers: { 'x-gd-requestid': 'r1' },
        body: '{"responseDetails":[{"code":0,"subCode":0,"description":"r1"}]}',
      },
    });
    const token = await hs256(0, { iss: 'auth', scope: 'read', exp: NOW_SECONDS + 60 });
    expect(await receive('greendot', { headers: { authorization: [`Bearer ${token}`] } })).toMatchObject({
      rejection: { code: 'unexpected_sender' },
    });
  });

  it('monday.com receives its challenge back', async () => {
    const rawBody = Buffer.from('{"challenge":"c1"}');
    expect(await receive('monday', { rawBody, headers: {} })).toMatchObject({
      kind: 'answered',
      answer: { status: 200, body: '{"challenge":"c1"}' },
    });
  });

  it('eBay is refused without a configured verify token', async () => {
    const question = { method: 'GET', query: new URLSearchParams('challenge_code=c1') };
    expect(await receive('ebay', question)).toMatchObject({ rejection: { code: 'no_verify_token' } });
    const twice = { method: 'GET', query: new URLSearchParams('challenge_code=c1&challenge_code=c2') };
    expect(await receive('ebay', twice, { verifyTokens: ['token'] })).toMatchObject({
      rejection: { code: 'malformed_handshake' },
    });
  });

  it('the payload of WeChat Pay is decrypted and keeps its digits', async () => {
    const reception = await receive('wechat-pay');
    const payload = reception.kind === 'events' ? reception.events[0]?.payload.toString() : '';
    expect(payload).toBe(
      '{"id":"n1","event_type":"TRANSACTION.SUCCESS","resource":{"out_trade_no":"o1","amount":9007199254740993}}',
    );
    expect(await receive('wechat-pay', {}, { secrets: [SHORT[2]] })).toMatchObject({
      rejection: { code: 'invalid_secret', status: 500 },
    });
    expect(await receive('wechat-pay', {}, { secrets: [SHORT[2], SHORT[0]] })).toMatchObject({
      secretIndex: 1,
    });
  });

  it('Alipay receives its fixed acknowledgement, and may sign the parameters of the address', async () => {
    const reception = await receive('alipay');
    expect(reception).toMatchObject({
      kind: 'events',
      answer: {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}',
      },
    });
    const time = isoOf(NOW_SECONDS);
    const message = Buffer.from(`POST /in/1?shop=2\nC1.${time}.{}`);
    const signature = encodeURIComponent(sign('sha256', message, RSA[0].privateKey).toString('base64'));
    const url = 'https://hooks.example.com/in/1?shop=2';
    const signed = request({
      url,
      query: new URL(url).searchParams,
      rawBody: Buffer.from('{}'),
      headers: {
        'request-time': [time],
        signature: [`algorithm=RSA256,keyVersion=1,signature=${signature}`],
      },
    });
    const verification = await (getProvider('alipay') as Provider).verify({
      request: signed,
      secrets: [pem(RSA[0].publicKey)],
      options: { clientId: 'C1' },
    });
    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  it('Praxis receives a signed answer', async () => {
    const reception = await receive('praxis');
    if (reception.kind !== 'events') throw new Error(JSON.stringify(reception));
    expect(JSON.parse(reception.answer.body)).toMatchObject({ status: 0, timestamp: NOW_SECONDS });
    expect(reception.answer.headers['external-request-signature']).toBe(
      createHash('sha384').update(`0${NOW_SECONDS}${SHARED[0]}`).digest('hex'),
    );
  });

  it('Zift receives the unchanged id of its notification, and needs the secret of the address', async () => {
    const provider = getProvider('zift') as Provider;
    const notify = (id: string, secret: string) =>
      receiveWebhook(provider, {
        request: request({
          query: new URLSearchParams({ secret }),
          rawBody: Buffer.from(`{"notificationId":${id},"eventCode":"billing.subscription-created"}`),
        }),
        secrets: [SHARED[0]],
      });
    for (const id of ['272638', '9007199254740993', '"a\\"b"']) {
      expect(await notify(id, SHARED[0])).toMatchObject({
        kind: 'events',
        answer: { body: `{"notificationId":${id}}` },
      });
    }
    expect(await notify('1', SHARED[2])).toMatchObject({ rejection: { code: 'invalid_signature' } });
  });

  it('a newly published key is found', async () => {
    const { options = {} } = example('shipstation');
    const documents = [jwks([RSA[1], RSA[1]]), jwks(RSA)].map((document) =>
      Buffer.from(JSON.stringify(document)),
    );
    const asked: boolean[] = [];
    const reception = await receiveWebhook(getProvider('shipstation') as Provider, {
      request: await signedBy(example('shipstation'), 0),
      secrets: [],
      options,
      fetchPublished: async (_url, { fresh = false } = {}) => {
        asked.push(fresh);
        return documents[fresh ? 1 : 0] as Buffer;
      },
    });
    expect(reception.kind).toBe('events');
    expect(asked).toEqual([false, true]);
  });
});
