import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyPlainSignature, WebhookVerificationError } from './index.ts';

const SECONDS = 1700000000;
const NOW_MS = SECONDS * 1000;
const SECRET = 'any text, not only whsec_';
const BODY = Buffer.from('{"id":9007199254740993,"name":"Zoë"}');
const SIGNATURE = createHmac('sha256', SECRET).update(`${SECONDS}.`).update(BODY).digest('hex');
const HEADERS = { 'x-webhook-timestamp': String(SECONDS), 'x-webhook-signature': SIGNATURE };
const refusal = (code: string) => expect.objectContaining({ name: 'WebhookVerificationError', code });

type Overrides = Partial<Parameters<typeof verifyPlainSignature>[0]>;
const verify = (headers: Record<string, string | string[] | undefined> = {}, overrides: Overrides = {}) =>
  verifyPlainSignature({
    headers: { ...HEADERS, ...headers },
    body: BODY,
    secrets: SECRET,
    nowMs: NOW_MS,
    ...overrides,
  });

describe('verifyPlainSignature', () => {
  it('accepts a body as bytes and as text, by any of several secrets', () => {
    expect(verify()).toEqual({ timestampSeconds: SECONDS });
    verify({}, { body: BODY.toString() });
    verify({}, { secrets: ['another', SECRET] });
  });

  it('accepts timestamps up to the tolerance in both directions, and any timestamp without a tolerance', () => {
    for (const offset of [-300, 300]) verify({}, { nowMs: NOW_MS + offset * 1000 });
    verify({}, { nowMs: 0, toleranceSeconds: null });
    expect(() => verify({}, { nowMs: NOW_MS + 301_000 })).toThrow(refusal('timestamp_too_old'));
    expect(() => verify({}, { nowMs: NOW_MS - 301_000 })).toThrow(refusal('timestamp_too_new'));
  });

  it.each(['x-webhook-timestamp', 'x-webhook-signature'])(
    'refuses the header %s if it is missing, empty or repeated',
    (header) => {
      const value = HEADERS[header as keyof typeof HEADERS];
      expect(() => verify({ [header]: undefined })).toThrow(refusal('missing_header'));
      expect(() => verify({ [header]: '' })).toThrow(refusal('missing_header'));
      expect(() => verify({ [header]: [value, value] })).toThrow(refusal('duplicate_header'));
      expect(() => verify({ [header]: `${value}, ${value}` })).toThrow(refusal('duplicate_header'));
    },
  );

  it('refuses a signature that is not 64 lower-case hexadecimal digits', () => {
    const malformed = [
      SIGNATURE.slice(1),
      `${SIGNATURE}0`,
      SIGNATURE.toUpperCase(),
      'z'.repeat(64),
      'sha256=00',
    ];
    for (const signature of malformed) {
      expect(() => verify({ 'x-webhook-signature': signature })).toThrow(refusal('malformed_signature'));
    }
  });

  it('refuses a wrong timestamp, body or secret, and an empty list of secrets', () => {
    expect(() => verify({ 'x-webhook-timestamp': String(SECONDS + 1) })).toThrow(
      refusal('invalid_signature'),
    );
    expect(() => verify({}, { body: 'x' })).toThrow(refusal('invalid_signature'));
    expect(() => verify({}, { secrets: 'another' })).toThrow(refusal('invalid_signature'));
    expect(() => verify({}, { secrets: [] })).toThrow(refusal('no_secret'));
    expect(() => verify({}, { secrets: [''] })).toThrow(expect.objectContaining({ code: 'secret_empty' }));
  });

  it('refuses any unsigned headers with a WebhookVerificationError and no other error', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(text, fc.oneof(text, fc.stringMatching(/^[0-9a-f]{64}$/)), (timestamp, signature) => {
        expect(() =>
          verify(
            { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature },
            { toleranceSeconds: null },
          ),
        ).toThrow(WebhookVerificationError);
      }),
    );
  });
});
