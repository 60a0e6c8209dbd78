import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_KEY } from '../fixtures/vectors.ts';
import { generateSecret, parseSecret } from './index.ts';

describe('generateSecret', () => {
  it('returns whsec_ and 32 bytes in base64, and a different secret on each call', () => {
    const secret = generateSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(parseSecret(secret)).toHaveLength(32);
    expect(generateSecret()).not.toBe(secret);
  });
});

describe('parseSecret', () => {
  it('returns the encoded bytes, with and without the prefix and the padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 80 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        for (const secret of [`whsec_${text}`, text, text.replace(/=+$/, '')]) {
          expect(parseSecret(secret).equals(bytes)).toBe(true);
        }
      }),
    );
  });

  const refused: [string, string, string][] = [
    ['an empty text', '', 'secret_empty'],
    ['only the prefix', 'whsec_', 'secret_empty'],
    ['a trailing line break', `${FIRST_KEY}\n`, 'secret_malformed'],
    ['a space inside', FIRST_KEY.replace('qrT', 'qr T'), 'secret_malformed'],
    ['characters outside the alphabet', `${FIRST_KEY.slice(0, -1)}!`, 'secret_malformed'],
    ['an impossible length', `${FIRST_KEY}A`, 'secret_malformed'],
    ['wrong padding', `${FIRST_KEY}=`, 'secret_malformed'],
    ['padding in the middle', FIRST_KEY.replace('Tw', 'Tw=='), 'secret_malformed'],
    ['15 bytes', `whsec_${Buffer.alloc(15, 1).toString('base64')}`, 'secret_too_short'],
    ['a private key', `whsk_${Buffer.alloc(64, 1).toString('base64')}`, 'secret_wrong_kind'],
    ['a public key', `whpk_${Buffer.alloc(32, 1).toString('base64')}`, 'secret_wrong_kind'],
  ];
  it.each(refused)('refuses %s', (_name, secret, code) => {
    expect(() => parseSecret(secret)).toThrow(expect.objectContaining({ name: 'WebhookSecretError', code }));
  });

  it('refuses null and undefined from untyped callers', () => {
    for (const secret of [null, undefined]) {
      expect(() => parseSecret(secret as unknown as string)).toThrow(
        expect.objectContaining({ code: 'secret_empty' }),
      );
    }
  });

  it('never puts the secret into the message', () => {
    const secret = 'whsec_do not print me';
    expect(() => parseSecret(secret)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('do not print me') }),
    );
  });
});
