import { createHmac, timingSafeEqual } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { ED25519_VECTORS, FIRST_KEY, HMAC_VECTORS } from '../fixtures/vectors.ts';
import {
  generateSecret,
  generateSigningKeyPair,
  type SignWebhookInput,
  signStandardWebhook,
  signWebhook,
  verifyPlainSignature,
  verifyStandardWebhook,
} from './index.ts';

const nowSeconds = () => Math.floor(Date.now() / 1000);

const message = (overrides: Partial<SignWebhookInput> = {}): SignWebhookInput => ({
  id: 'evt_01J00000000000000000000000',
  type: 'project.created',
  timestampSeconds: nowSeconds(),
  secrets: [FIRST_KEY],
  body: [Buffer.from('{"data":'), Buffer.from('{"n":1}'), Buffer.from('}')],
  ...overrides,
});

/**
 * Verifies as a receiver with a few lines of Node does: hex HMAC of timestamp, dot and raw body, keyed with the secret.
 */
function receiverAccepts(rawBody: Buffer, signature: string, timestamp: string, secret: string): boolean {
  if (Math.floor(Date.now() / 1000) - Number.parseInt(timestamp, 10) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest('hex');
  return timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(expected, 'hex'));
}

/** The same over the parsed and serialized body, as receivers behind a JSON middleware do. */
function receiverOfParsedBodyAccepts(
  payload: unknown,
  signature: string,
  timestamp: string,
  secret: string,
): boolean {
  return receiverAccepts(Buffer.from(JSON.stringify(payload)), signature, timestamp, secret);
}

describe('published signatures are reproduced', () => {
  it.each(HMAC_VECTORS)('v1: $name', ({ key, id, timestampSeconds, body, signature }) => {
    const headers = signWebhook(message({ id, timestampSeconds, secrets: [key], body: [body] }));
    expect(headers['webhook-signature']).toBe(signature);
    expect(headers['webhook-id']).toBe(id);
    expect(headers['webhook-timestamp']).toBe(String(timestampSeconds));
  });

  it.each(ED25519_VECTORS)('v1a: $name', ({ key, id, timestampSeconds, body, signature }) => {
    const headers = signWebhook(message({ id, timestampSeconds, privateKeys: [key], body: [body] }));
    expect(headers['webhook-signature'].split(' ').at(-1)).toBe(signature);
  });
});

describe('signWebhook', () => {
  it('sends both schemes under lower-case names', () => {
    const headers = signWebhook(message({ timestampSeconds: 1700000000 }));
    expect(headers).toEqual({
      'webhook-id': 'evt_01J00000000000000000000000',
      'webhook-timestamp': '1700000000',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      'x-webhook-id': 'evt_01J00000000000000000000000',
      'x-webhook-event': 'project.created',
      'x-webhook-timestamp': '1700000000',
      'x-webhook-signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  const bodies: [string, Buffer][] = [
    ['an empty body', Buffer.alloc(0)],
    ['a UTF-8 body', Buffer.from('{"name":"Zoë ☃ 😀"}')],
    ['a body with a number beyond 2^53', Buffer.from('{"id":9007199254740993,"e":1e400}')],
    ['a body with spaces and escapes', Buffer.from('{ "a" : "\\u00e4\\/" }\n')],
    ['a body of 1 MB', Buffer.from(JSON.stringify({ text: 'ä'.repeat(512 * 1024) }))],
  ];
  it.each(bodies)('both kinds of receiver verify %s', (_name, body) => {
    const headers = { ...signWebhook(message({ body: [body] })) };
    expect(new Webhook(FIRST_KEY).verify(body.toString(), headers, { jsonParse: false })).toBeUndefined();
    expect(verifyStandardWebhook({ headers, body, secrets: FIRST_KEY }).id).toBe(headers['webhook-id']);
    expect(
      receiverAccepts(body, headers['x-webhook-signature'], headers['x-webhook-timestamp'], FIRST_KEY),
    ).toBe(true);
    verifyPlainSignature({ headers, body, secrets: FIRST_KEY });
  });

  it('a receiver that serializes the parsed body again verifies a body that JSON.stringify wrote', () => {
    const payload = { id: 'evt_1', data: { name: 'Zoë', list: [1, 2.5, null] } };
    const headers = signWebhook(message({ body: [Buffer.from(JSON.stringify(payload))] }));
    expect(
      receiverOfParsedBodyAccepts(
        payload,
        headers['x-webhook-signature'],
        headers['x-webhook-timestamp'],
        FIRST_KEY,
      ),
    ).toBe(true);
  });

  it('signs a body in any pieces with the same result, and does not change the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (pieces) => {
        const input = message({ timestampSeconds: 1700000000, privateKeys: [ED25519_VECTORS[0]?.key ?? ''] });
        const before = Buffer.concat(pieces);
        const inPieces = signWebhook({ ...input, body: pieces });
        expect(inPieces).toEqual(signWebhook({ ...input, body: [before] }));
        expect(Buffer.concat(pieces).equals(before)).toBe(true);
      }),
    );
  });

  it('after a rotation the old and the new secret verify, and x-webhook-signature is made with the new secret', () => {
    const [newest, previous, unrelated] = [generateSecret(), generateSecret(), generateSecret()];
    const body = Buffer.from('{"a":1}');
    const headers = { ...signWebhook(message({ secrets: [newest, previous], body: [body] })) };
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [newest, previous]) {
      expect(new Webhook(secret).verify(body.toString(), headers)).toEqual({ a: 1 });
      verifyStandardWebhook({ headers, body, secrets: secret });
    }
    expect(() => new Webhook(unrelated).verify(body.toString(), headers)).toThrow();
    verifyPlainSignature({ headers, body, secrets: newest });
    expect(() => verifyPlainSignature({ headers, body, secrets: previous })).toThrow(
      expect.objectContaining({ code: 'invalid_signature' }),
    );
  });

  it('adds a v1a signature that verifies with the public key alone', () => {
    const pair = generateSigningKeyPair();
    const body = Buffer.from('{"a":1}');
    const headers = { ...signWebhook(message({ privateKeys: [pair.privateKey], body: [body] })) };
    verifyStandardWebhook({ headers, body, publicKeys: pair.publicKey });
    expect(new Webhook(FIRST_KEY).verify(body.toString(), headers)).toEqual({ a: 1 });
  });

  it('without a secret there are only v1a signatures, one for each private key', () => {
    const [newest, previous] = [generateSigningKeyPair(), generateSigningKeyPair()];
    const body = Buffer.from('{"a":1}');
    const message = { id: 'evt_1', timestampSeconds: Math.floor(Date.now() / 1000), body: [body] };
    const privateKeys = [newest.privateKey, previous.privateKey];
    const signature = signStandardWebhook({ ...message, secrets: [], privateKeys });
    expect(signature).toMatch(/^v1a,[A-Za-z0-9+/]{86}== v1a,[A-Za-z0-9+/]{86}==$/);
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.timestampSeconds),
      'webhook-signature': signature,
    };
    for (const { publicKey } of [newest, previous])
      verifyStandardWebhook({ headers, body, publicKeys: publicKey });
    expect(() => signStandardWebhook({ ...message, secrets: [] })).toThrow(
      expect.objectContaining({ code: 'no_secret' }),
    );
  });

  it('agrees with the standardwebhooks package on any message', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (key, id, timestampSeconds, text) => {
          const secret = `whsec_${Buffer.from(key).toString('base64')}`;
          const headers = signWebhook(
            message({ id, timestampSeconds, secrets: [secret], body: [Buffer.from(text)] }),
          );
          expect(headers['webhook-signature']).toBe(
            new Webhook(secret).sign(id, new Date(timestampSeconds * 1000), text),
          );
        },
      ),
    );
  });

  const refused: [string, Partial<SignWebhookInput>, string][] = [
    ['no secret', { secrets: [] }, 'no_secret'],
    ['an empty secret', { secrets: [''] }, 'secret_empty'],
    ['an empty second secret', { secrets: [FIRST_KEY, 'whsec_'] }, 'secret_empty'],
    ['an empty id', { id: '' }, 'invalid_id'],
    ['a dot in the id', { id: 'evt.1' }, 'invalid_id'],
    ['a line break in the id', { id: 'evt_1\r\nx: y' }, 'invalid_id'],
    ['a line break in the type', { type: 'a\r\nx: y' }, 'invalid_event_type'],
    ['a type outside ASCII', { type: 'projekt.geändert' }, 'invalid_event_type'],
    ['a fractional timestamp', { timestampSeconds: 161426533.5 }, 'invalid_timestamp'],
    ['a negative timestamp', { timestampSeconds: -161426533 }, 'invalid_timestamp'],
    ['a timestamp that is not a number', { timestampSeconds: Number.NaN }, 'invalid_timestamp'],
    ['a private key that is a secret', { privateKeys: [FIRST_KEY] }, 'secret_wrong_kind'],
  ];
  it.each(refused)('refuses %s', (_name, overrides, code) => {
    expect(() => signWebhook(message(overrides))).toThrow(expect.objectContaining({ code }));
  });
});
