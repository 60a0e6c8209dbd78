import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { ED25519_PUBLIC_KEY, ED25519_VECTORS, FIRST_KEY, HMAC_VECTORS } from '../fixtures/vectors.ts';
import {
  generateSecret,
  generateSigningKeyPair,
  signWebhook,
  verifyStandardWebhook,
  WebhookVerificationError,
} from './index.ts';

const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const SECONDS = 1614265330;
const NOW_MS = SECONDS * 1000;
const BODY = Buffer.from('{"test": 2432232314}');
const VALID = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const WRONG = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
const HEADERS = { 'webhook-id': ID, 'webhook-timestamp': String(SECONDS), 'webhook-signature': VALID };
const refusal = (code: string) => expect.objectContaining({ name: 'WebhookVerificationError', code });

type Overrides = Partial<Parameters<typeof verifyStandardWebhook>[0]>;
const verify = (headers: Record<string, string | string[] | undefined> = {}, overrides: Overrides = {}) =>
  verifyStandardWebhook({
    headers: { ...HEADERS, ...headers },
    body: BODY,
    secrets: FIRST_KEY,
    nowMs: NOW_MS,
    ...overrides,
  });

describe('accepts', () => {
  it.each(HMAC_VECTORS)('v1: $name', ({ key, id, timestampSeconds, body, signature }) => {
    expect(
      verifyStandardWebhook({
        headers: {
          'webhook-id': id,
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': signature,
        },
        body,
        secrets: key,
        nowMs: timestampSeconds * 1000,
      }),
    ).toEqual({ id, timestampSeconds });
  });

  it.each(ED25519_VECTORS)('v1a: $name', ({ id, timestampSeconds, body, signature }) => {
    expect(
      verifyStandardWebhook({
        headers: {
          'webhook-id': id,
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': signature,
        },
        body,
        publicKeys: ED25519_PUBLIC_KEY,
        nowMs: timestampSeconds * 1000,
      }),
    ).toEqual({ id, timestampSeconds });
  });

  it('one valid signature among invalid signatures and other versions', () => {
    verify({ 'webhook-signature': `${WRONG} ${WRONG.replace('v1', 'v2')} ${VALID} ${WRONG}` });
  });

  it('any of several secrets, with and without the prefix', () => {
    verify({}, { secrets: [generateSecret(), FIRST_KEY] });
    verify({}, { secrets: FIRST_KEY.slice('whsec_'.length) });
  });

  it('a text body, and the headers of fetch and of Node', () => {
    verify({}, { body: BODY.toString() });
    verify({}, { headers: new Headers(HEADERS) });
    verify(
      {},
      { headers: { 'Webhook-Id': ID, 'WEBHOOK-TIMESTAMP': String(SECONDS), 'webhook-Signature': [VALID] } },
    );
  });

  it('timestamps up to the tolerance in both directions, and any timestamp without a tolerance', () => {
    for (const offset of [-300, 300]) verify({}, { nowMs: NOW_MS + offset * 1000 });
    verify({}, { nowMs: NOW_MS + 5_000, toleranceSeconds: 5 });
    verify({}, { nowMs: NOW_MS + 1e12, toleranceSeconds: null });
  });

  it('every body that the standardwebhooks package signs', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.string({ unit: 'binary' }),
        (key, text) => {
          const secret = `whsec_${Buffer.from(key).toString('base64')}`;
          const signature = new Webhook(secret).sign(ID, new Date(NOW_MS), text);
          verify({ 'webhook-signature': signature }, { body: text, secrets: secret });
        },
      ),
    );
  });
});

describe('refuses', () => {
  const signatures: [string, string, string][] = [
    [
      'a valid signature of another message',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=',
      'invalid_signature',
    ],
    ['a wrong signature', WRONG, 'invalid_signature'],
    ['a signature that is not 32 bytes in base64', 'v1,dawfeoifkpqwoekfpqoekf', 'malformed_signature'],
    ['a signature with a wrong end', `${VALID.slice(0, -3)}awdd`, 'malformed_signature'],
    ['an empty signature', 'v1,', 'malformed_signature'],
    ['the first eight characters of a signature', VALID.slice(0, 8), 'malformed_signature'],
    ['a signature without a comma', 'invalid_signature', 'malformed_signature'],
    ['another version', VALID.replace('v1', 'v2'), 'malformed_signature'],
    ['a signature without padding', VALID.slice(0, -1), 'malformed_signature'],
    ['another spelling of the same bytes', VALID.replace('OE=', 'OF='), 'invalid_signature'],
    ['URL-safe base64', VALID.replace('+', '-').replace('/', '_'), 'malformed_signature'],
    ['an HMAC with the version of ed25519', VALID.replace('v1', 'v1a'), 'malformed_signature'],
    ['two headers joined by the server', `${VALID}, ${VALID}`, 'duplicate_header'],
  ];
  it.each(signatures)('as signature: %s', (_name, signature, code) => {
    expect(() => verify({ 'webhook-signature': signature })).toThrow(refusal(code));
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    '%s missing, empty or twice',
    (header) => {
      const value = HEADERS[header as keyof typeof HEADERS];
      expect(() => verify({ [header]: undefined })).toThrow(refusal('missing_header'));
      expect(() => verify({ [header]: [] })).toThrow(refusal('missing_header'));
      expect(() => verify({ [header]: '' })).toThrow(refusal('missing_header'));
      expect(() => verify({ [header]: [value, value] })).toThrow(refusal('duplicate_header'));
      expect(() => verify({ [header.toUpperCase()]: value })).toThrow(refusal('duplicate_header'));
      expect(() => verify({ [header]: undefined })).toThrow(expect.objectContaining({ header }));
      const joined = new Headers(HEADERS);
      joined.append(header, value);
      expect(() => verify({}, { headers: joined })).toThrow(refusal('duplicate_header'));
    },
  );

  const timestamps = [
    'hello',
    '1614265330abc',
    '1614265330.0',
    '-1614265330',
    '01614265330',
    ' 1614265330',
    '1e9',
  ];
  it.each(timestamps)('the timestamp %j', (timestamp) => {
    expect(() => verify({ 'webhook-timestamp': timestamp })).toThrow(refusal('malformed_timestamp'));
  });

  it('a timestamp beyond the tolerance, old or new', () => {
    expect(() => verify({}, { nowMs: NOW_MS + 301_000 })).toThrow(refusal('timestamp_too_old'));
    expect(() => verify({}, { nowMs: NOW_MS - 301_000 })).toThrow(refusal('timestamp_too_new'));
    expect(() => verify({}, { nowMs: NOW_MS + 1_000, toleranceSeconds: 0 })).toThrow(
      refusal('timestamp_too_old'),
    );
    expect(() => verify({}, { nowMs: Number.NaN })).toThrow(refusal('timestamp_too_old'));
  });

  it('a tolerance that would switch the check off by mistake', () => {
    for (const toleranceSeconds of [Number.NaN, -1]) {
      expect(() => verify({}, { toleranceSeconds })).toThrow(refusal('invalid_tolerance'));
    }
  });

  it('an id with a dot, which could move bytes between id, timestamp and body', () => {
    expect(() => verify({ 'webhook-id': 'msg.1' })).toThrow(refusal('malformed_id'));
  });

  it('a signature of another id, timestamp or body', () => {
    expect(() => verify({ 'webhook-id': `${ID}x` })).toThrow(refusal('invalid_signature'));
    expect(() => verify({ 'webhook-timestamp': String(SECONDS + 1) })).toThrow(refusal('invalid_signature'));
    expect(() => verify({}, { body: BODY.toString().replace(' ', '') })).toThrow(
      refusal('invalid_signature'),
    );
  });

  it('a call without a usable secret', () => {
    for (const secrets of [[], undefined]) {
      expect(() => verifyStandardWebhook({ headers: HEADERS, body: BODY, secrets: secrets ?? [] })).toThrow(
        refusal('no_secret'),
      );
    }
    for (const secret of ['', 'whsec_', null, undefined]) {
      expect(() => verify({}, { secrets: [secret as string] })).toThrow(
        expect.objectContaining({ code: 'secret_empty' }),
      );
    }
  });

  it('a v1a signature of another key or of another body', () => {
    const pair = generateSigningKeyPair();
    const headers = {
      ...signWebhook({
        id: ID,
        type: 'test',
        timestampSeconds: SECONDS,
        secrets: [FIRST_KEY],
        privateKeys: [pair.privateKey],
        body: [BODY],
      }),
    };
    const only = { publicKeys: generateSigningKeyPair().publicKey, nowMs: NOW_MS };
    expect(() => verifyStandardWebhook({ headers, body: BODY, ...only })).toThrow(
      refusal('invalid_signature'),
    );
    expect(() =>
      verifyStandardWebhook({ headers, body: 'x', publicKeys: pair.publicKey, nowMs: NOW_MS }),
    ).toThrow(refusal('invalid_signature'));
  });

  it('a message with any changed byte, with a WebhookVerificationError and no other error', () => {
    const list = [HEADERS['webhook-id'], HEADERS['webhook-timestamp'], VALID, BODY.toString('latin1')];
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.nat({ max: 200 }), fc.nat({ max: 255 }), (part, at, byte) => {
        const changed = list.map((text, index) => {
          if (index !== part) return text;
          const bytes = Buffer.from(text, 'latin1');
          bytes[at % bytes.length] = byte;
          return bytes.toString('latin1');
        });
        fc.pre(changed[part] !== list[part]);
        const [id, timestamp, signature, body] = changed;
        expect(() =>
          verify(
            { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
            { body: Buffer.from(body ?? '', 'latin1') },
          ),
        ).toThrow(WebhookVerificationError);
      }),
      { numRuns: 500 },
    );
  });
});
