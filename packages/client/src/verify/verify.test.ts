import { createHmac } from 'node:crypto';
import {
  generateSecret,
  generateSigningKeyPair,
  signWebhook,
  toPublicJwk,
  verifyPlainSignature,
  verifyStandardWebhook,
  WebhookVerificationError,
} from '@hookline/signing';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, test } from 'vitest';
// @boundaries-ignore the vectors are no part of the package of signing, which is published
import {
  ED25519_PUBLIC_KEY,
  ED25519_VECTORS,
  FIRST_KEY,
  HMAC_VECTORS,
} from '../../../signing/fixtures/vectors.ts';
import { isHooklineError } from '../errors.ts';
import { SignatureInvalid, type VerifyInput, verify, verifySignature } from './verify.ts';

const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const SECONDS = 1_614_265_330;
const NOW_MS = SECONDS * 1_000;
const BODY = '{"test": 2432232314}';
const VALID = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const WRONG = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
const HEADERS = { 'webhook-id': ID, 'webhook-timestamp': String(SECONDS), 'webhook-signature': VALID };
const refusal = (reason: string) => expect.objectContaining({ name: 'SignatureInvalid', reason });

type Headers_ = Record<string, string | string[] | undefined>;
const check = (headers: Headers_ = {}, overrides: Partial<VerifyInput> = {}) =>
  verifySignature({
    headers: { ...HEADERS, ...headers },
    body: BODY,
    secret: FIRST_KEY,
    nowMs: NOW_MS,
    ...overrides,
  });

/** A request as delivery makes it, now. */
function signed(body: string | Uint8Array, options: { secrets?: string[]; privateKeys?: string[] } = {}) {
  const { secrets = [generateSecret()], privateKeys = [] } = options;
  const headers = signWebhook({
    id: 'evt_1',
    type: 'order.paid',
    timestampSeconds: Math.floor(Date.now() / 1_000),
    secrets,
    privateKeys,
    body: [Buffer.from(body)],
  });
  return { secrets, headers: { ...headers } as Record<string, string> };
}

const plainOf = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-webhook-')));

describe('accepts', () => {
  test.each(HMAC_VECTORS)(
    'the published signature v1: $name',
    async ({ key, id, timestampSeconds, body, signature }) => {
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': signature,
      };
      const nowMs = timestampSeconds * 1_000;
      expect(await verifySignature({ headers, body, secret: key, nowMs })).toEqual({ id, timestampSeconds });
    },
  );

  test.each(ED25519_VECTORS)(
    'the published signature v1a: $name',
    async ({ id, timestampSeconds, body, signature }) => {
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': signature,
      };
      for (const publicKeys of [
        ED25519_PUBLIC_KEY,
        toPublicJwk(ED25519_PUBLIC_KEY),
        [toPublicJwk(ED25519_PUBLIC_KEY)],
      ]) {
        const verified = await verifySignature({
          headers,
          body,
          publicKeys,
          nowMs: timestampSeconds * 1_000,
        });
        expect(verified).toEqual({ id, timestampSeconds });
      }
    },
  );

  test('a webhook of Hookline, whose event it returns', async () => {
    const event = {
      id: 'evt_1',
      type: 'order.paid',
      timestamp: '2026-03-01T12:00:00.000Z',
      data: { name: 'Zoë' },
    };
    const body = JSON.stringify(event);
    const { secrets, headers } = signed(body);
    expect(await verify({ body, headers, secret: secrets })).toEqual(event);
  });

  test('a body as text, bytes, a part of a buffer, and an ArrayBuffer, even where it is not UTF-8', async () => {
    const { secrets, headers } = signed(Buffer.from(BODY));
    const within = new Uint8Array(Buffer.from(`xx${BODY}yy`)).subarray(2, -2);
    for (const body of [
      BODY,
      Buffer.from(BODY),
      new TextEncoder().encode(BODY),
      within,
      within.slice().buffer,
    ]) {
      expect((await verifySignature({ body, headers, secret: secrets })).id).toBe('evt_1');
    }
    const bytes = Buffer.from('fffe0001', 'hex');
    const binary = signed(bytes);
    await verifySignature({ body: bytes, headers: binary.headers, secret: binary.secrets });
  });

  test('headers as a fetch Headers, as records of Node, and in any case', async () => {
    const { secrets, headers } = signed(BODY);
    const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    for (const each of [
      headers,
      new Headers(headers),
      new Map(Object.entries(headers)) as never,
      distinct,
      upper,
    ]) {
      await verifySignature({ body: BODY, headers: each, secret: secrets });
    }
  });

  test('the old and the new secret after a rotation, and either alone', async () => {
    const [next, previous] = [generateSecret(), generateSecret()];
    const { headers } = signed(BODY, { secrets: [next, previous] });
    for (const secret of [next, previous, [next, previous], [generateSecret(), previous]]) {
      await verifySignature({ body: BODY, headers, secret });
    }
  });

  test('a v1a signature by a public key, also beside a v1 signature', async () => {
    const { privateKey, publicKey } = generateSigningKeyPair();
    const { headers } = signed(BODY, { privateKeys: [privateKey] });
    await verifySignature({ body: BODY, headers, publicKeys: publicKey });
    await verifySignature({
      body: BODY,
      headers,
      secret: generateSecret(),
      publicKeys: [toPublicJwk(publicKey)],
    });
  });

  test('the plain signature of a request that has no other, by any of several secrets', async () => {
    const { secrets, headers } = signed(BODY);
    const plain = plainOf(headers);
    const timestampSeconds = Number(headers['webhook-timestamp']);
    const verified = { id: undefined, timestampSeconds };
    expect(await verifySignature({ body: BODY, headers: plain, secret: secrets })).toEqual(verified);
    expect(await verifySignature({ body: BODY, headers: plain, secret: ['another', ...secrets] })).toEqual(
      verified,
    );
    const text = 'any text, not only whsec_';
    const signature = createHmac('sha256', text).update(`${SECONDS}.${BODY}`).digest('hex');
    const own = { 'X-Webhook-Timestamp': String(SECONDS), 'X-Webhook-Signature': signature };
    await verifySignature({ body: BODY, headers: own, secret: text, nowMs: NOW_MS });
  });

  test('headers under names of its own', async () => {
    const headerNames = { id: 'X-Acme-Id', timestamp: 'X-Acme-Time', signature: 'X-Acme-Signature' };
    const headers = { 'x-acme-id': ID, 'x-acme-time': String(SECONDS), 'x-acme-signature': VALID };
    const input = { body: BODY, headers, secret: FIRST_KEY, nowMs: NOW_MS };
    expect((await verifySignature({ ...input, headerNames })).id).toBe(ID);
    await expect(verifySignature(input)).rejects.toThrow(refusal('missing_header'));
  });

  test('times up to the tolerance in both directions, and any time without a tolerance', async () => {
    for (const offset of [-300, 300]) await check({}, { nowMs: NOW_MS + offset * 1_000 });
    await check({}, { nowMs: NOW_MS + 5_000, toleranceSeconds: 5 });
    await check({}, { nowMs: NOW_MS + 1e12, toleranceSeconds: null });
  });

  test('every body that the libraries of Standard Webhooks and Svix sign', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.string({ unit: 'binary' }),
        async (key, body) => {
          const secret = `whsec_${Buffer.from(key).toString('base64')}`;
          for (const library of [new StandardWebhook(secret), new SvixWebhook(secret)]) {
            const signature = library.sign(ID, new Date(NOW_MS), body);
            await check({ 'webhook-signature': signature }, { body, secret });
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('refuses', () => {
  test.each([
    ['of another message', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=', 'invalid_signature'],
    ['that is wrong', WRONG, 'invalid_signature'],
    ['that is not 32 bytes in base64', 'v1,dawfeoifkpqwoekfpqoekf', 'malformed_signature'],
    ['with a wrong end', `${VALID.slice(0, -3)}awdd`, 'malformed_signature'],
    ['that is empty', 'v1,', 'malformed_signature'],
    ['of eight characters', VALID.slice(0, 8), 'malformed_signature'],
    ['without a comma', 'invalid_signature', 'malformed_signature'],
    ['of another version', VALID.replace('v1', 'v2'), 'malformed_signature'],
    ['without padding', VALID.slice(0, -1), 'malformed_signature'],
    ['in another spelling of the same bytes', VALID.replace('OE=', 'OF='), 'invalid_signature'],
    ['in URL-safe base64', VALID.replace('+', '-').replace('/', '_'), 'malformed_signature'],
    ['with the version of ed25519', VALID.replace('v1', 'v1a'), 'malformed_signature'],
    ['that occurs twice', `${VALID}, ${VALID}`, 'duplicate_header'],
  ])('a signature %s', async (_name, signature, reason) => {
    await expect(check({ 'webhook-signature': signature })).rejects.toThrow(refusal(reason));
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    '%s missing, empty or twice',
    async (header) => {
      const value = HEADERS[header as keyof typeof HEADERS];
      for (const missing of [undefined, [], '']) {
        await expect(check({ [header]: missing })).rejects.toThrow(refusal('missing_header'));
      }
      await expect(check({ [header]: [value, value] })).rejects.toThrow(refusal('duplicate_header'));
      await expect(check({ [header.toUpperCase()]: value })).rejects.toThrow(refusal('duplicate_header'));
    },
  );

  test('a timestamp that is malformed, too old or too new', async () => {
    for (const timestamp of [
      'hello',
      '1614265330abc',
      '1614265330.0',
      '-1614265330',
      '01614265330',
      ' 1614265330',
      '1e9',
    ]) {
      await expect(check({ 'webhook-timestamp': timestamp })).rejects.toThrow(refusal('malformed_timestamp'));
    }
    await expect(check({}, { nowMs: NOW_MS + 301_000 })).rejects.toThrow(refusal('timestamp_too_old'));
    await expect(check({}, { nowMs: NOW_MS - 301_000 })).rejects.toThrow(refusal('timestamp_too_new'));
    await expect(check({}, { nowMs: Number.NaN })).rejects.toThrow(refusal('timestamp_too_old'));
  });

  test('an id with a dot, which could move bytes between id, timestamp and body', async () => {
    await expect(check({ 'webhook-id': 'msg.1' })).rejects.toThrow(refusal('malformed_id'));
  });

  test('a signature of another id, timestamp or body', async () => {
    await expect(check({ 'webhook-id': `${ID}x` })).rejects.toThrow(refusal('invalid_signature'));
    await expect(check({ 'webhook-timestamp': String(SECONDS + 1) })).rejects.toThrow(
      refusal('invalid_signature'),
    );
    await expect(check({}, { body: BODY.replace(' ', '') })).rejects.toThrow(refusal('invalid_signature'));
  });

  test('a wrong Standard Webhooks signature beside a right plain one', async () => {
    const { secrets, headers } = signed(BODY);
    const mixed = { ...headers, 'webhook-signature': WRONG };
    await expect(verifySignature({ body: BODY, headers: mixed, secret: secrets })).rejects.toThrow(
      refusal('invalid_signature'),
    );
  });

  test('a plain signature of another body, timestamp or form, and without a secret', async () => {
    const { secrets, headers } = signed(BODY);
    const plain = plainOf(headers);
    const refuse = (changed: object, reason: string, body = BODY) =>
      expect(verifySignature({ body, headers: { ...plain, ...changed }, secret: secrets })).rejects.toThrow(
        refusal(reason),
      );
    await refuse({}, 'invalid_signature', 'x');
    await refuse(
      { 'x-webhook-timestamp': String(Number(plain['x-webhook-timestamp']) + 1) },
      'invalid_signature',
    );
    await refuse({ 'x-webhook-timestamp': undefined }, 'missing_header');
    await refuse({ 'x-webhook-timestamp': '1' }, 'timestamp_too_old');
    await refuse(
      { 'x-webhook-signature': plain['x-webhook-signature']?.toUpperCase() },
      'malformed_signature',
    );
    const { publicKey } = generateSigningKeyPair();
    await expect(verifySignature({ body: BODY, headers: plain, publicKeys: publicKey })).rejects.toThrow(
      refusal('missing_header'),
    );
  });

  test('a v1a signature of another key or of another body, however many there are', async () => {
    const { privateKey, publicKey } = generateSigningKeyPair();
    const { headers } = signed(BODY, { privateKeys: [privateKey] });
    const other = generateSigningKeyPair().publicKey;
    await expect(verifySignature({ body: BODY, headers, publicKeys: other })).rejects.toThrow(
      refusal('invalid_signature'),
    );
    await expect(verifySignature({ body: 'x', headers, publicKeys: publicKey })).rejects.toThrow(
      refusal('invalid_signature'),
    );
    const many = {
      ...headers,
      'webhook-signature': Array(500)
        .fill(`v1a,${'A'.repeat(86)}==`)
        .join(' '),
    };
    await expect(verifySignature({ body: BODY, headers: many, publicKeys: publicKey })).rejects.toThrow(
      refusal('invalid_signature'),
    );
  });

  test('the same messages as @hookline/signing: any one with a changed byte, for the same reason', async () => {
    const list = [ID, String(SECONDS), VALID, BODY];
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 3 }),
        fc.nat({ max: 200 }),
        fc.nat({ max: 255 }),
        async (part, at, byte) => {
          const changed = list.map((text, index) => {
            if (index !== part) return text;
            const bytes = Buffer.from(text, 'latin1');
            bytes[at % bytes.length] = byte;
            return bytes.toString('latin1');
          });
          const [id = '', timestamp = '', signature = '', body = ''] = changed;
          const headers = {
            'webhook-id': id,
            'webhook-timestamp': timestamp,
            'webhook-signature': signature,
          };
          const bytes = Buffer.from(body, 'latin1');
          const expected = codeOf(() =>
            verifyStandardWebhook({ headers, body: bytes, secrets: FIRST_KEY, nowMs: NOW_MS }),
          );
          const found = await check(headers, { body: bytes }).then(
            () => undefined,
            (error: SignatureInvalid) => error.reason,
          );
          expect(found).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the same plain messages as @hookline/signing', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.oneof(text, fc.stringMatching(/^[0-9a-f]{64}$/)),
        async (timestamp, signature) => {
          const headers = { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature };
          fc.pre(signature !== '');
          const common = { headers, body: BODY, toleranceSeconds: null };
          const expected = codeOf(() => verifyPlainSignature({ ...common, secrets: 'a secret' }));
          await expect(verifySignature({ ...common, secret: 'a secret' })).rejects.toThrow(
            refusal(String(expected)),
          );
        },
      ),
    );
  });
});

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
};

describe('mistakes of the receiver are TypeErrors, so that the sender is not blamed', () => {
  test.each([
    ['object', JSON.parse(BODY)],
    ['object', null],
    ['undefined', undefined],
    ['number', 7],
  ])('a parsed body: %s', async (type, body) => {
    const message = `Pass the raw body, text or bytes, and not ${type}`;
    await expect(check({}, { body: body as string })).rejects.toThrow(message);
    await expect(check({}, { body: body as string })).rejects.toBeInstanceOf(TypeError);
  });

  test.each([
    ['no secret', {}],
    ['an empty list', { secret: [] }],
    ['an empty secret', { secret: '' }],
    ['a secret that is only the prefix', { secret: 'whsec_' }],
    ['null', { secret: null as unknown as string }],
    ['a truncated secret', { secret: FIRST_KEY.slice(0, 20) }],
    ['a secret with a line break', { secret: `${FIRST_KEY}\n` }],
    ['a public key as secret', { secret: ED25519_PUBLIC_KEY }],
    ['a secret as public key', { publicKeys: FIRST_KEY }],
    ['a JWK without a key', { publicKeys: { kty: 'OKP' } }],
    ['a tolerance of NaN', { secret: FIRST_KEY, toleranceSeconds: Number.NaN }],
    ['a negative tolerance', { secret: FIRST_KEY, toleranceSeconds: -1 }],
  ])('%s', async (_name, keys) => {
    const signature = `${VALID} v1a,${'A'.repeat(86)}==`;
    const headers = { ...HEADERS, 'webhook-signature': signature };
    const error = await verifySignature({ headers, body: BODY, nowMs: NOW_MS, ...keys }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(isHooklineError(error)).toBe(false);
    expect(String(error)).not.toContain(FIRST_KEY.slice(6, 20));
  });

  test('a signed body that is not JSON', async () => {
    const { secrets, headers } = signed('a=b');
    await expect(verify({ body: 'a=b', headers, secret: secrets })).rejects.toThrow(
      'The signature is right, but the body is not JSON: use verifySignature',
    );
  });
});

test('SignatureInvalid is recognised without instanceof', async () => {
  const error = await check({ 'webhook-signature': WRONG }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SignatureInvalid);
  expect(isHooklineError(error) && error.code).toBe('signature_invalid');
});
