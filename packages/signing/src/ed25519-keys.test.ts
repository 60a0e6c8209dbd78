import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FIRST_KEY } from '../fixtures/vectors.ts';
import {
  generateSigningKeyPair,
  parsePrivateKey,
  parsePublicKey,
  publicKeyOf,
  toPublicJwk,
} from './index.ts';

describe('ed25519 keys', () => {
  it('a new key pair signs and verifies, and publicKeyOf derives the public key from the private key', () => {
    const pair = generateSigningKeyPair();
    expect(pair.privateKey).toMatch(/^whsk_[A-Za-z0-9+/]{86}==$/);
    expect(pair.publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    expect(publicKeyOf(pair.privateKey)).toBe(pair.publicKey);
    const message = Buffer.from('a message');
    const signature = sign(null, message, parsePrivateKey(pair.privateKey));
    expect(verify(null, message, parsePublicKey(pair.publicKey), signature)).toBe(true);
  });

  it('accepts a private key that consists of the seed alone', () => {
    const pair = generateSigningKeyPair();
    const seed = Buffer.from(pair.privateKey.slice(5), 'base64').subarray(0, 32);
    expect(publicKeyOf(`whsk_${seed.toString('base64')}`)).toBe(pair.publicKey);
  });

  it('a public key is a JWK that node:crypto reads, named by the thumbprint of RFC 8037', () => {
    const pair = generateSigningKeyPair();
    const key = createPublicKey({ key: { ...toPublicJwk(pair.publicKey) }, format: 'jwk' });
    expect(key.equals(parsePublicKey(pair.publicKey))).toBe(true);

    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(toPublicJwk(`whpk_${Buffer.from(x, 'base64url').toString('base64')}`)).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x,
      use: 'sig',
      alg: 'EdDSA',
      kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    });
  });

  const refused: [string, (text: string) => unknown, string, string][] = [
    ['an empty private key', parsePrivateKey, '', 'secret_empty'],
    ['a private key that is only the prefix', parsePrivateKey, 'whsk_', 'secret_empty'],
    ['a secret as private key', parsePrivateKey, FIRST_KEY, 'secret_wrong_kind'],
    ['a private key of 33 bytes', parsePrivateKey, `whsk_${'A'.repeat(44)}`, 'secret_malformed'],
    ['a private key that is not base64', parsePrivateKey, 'whsk_***', 'secret_malformed'],
    [
      'a private key with the public key of another seed',
      parsePrivateKey,
      `whsk_${Buffer.alloc(64, 1).toString('base64')}`,
      'secret_malformed',
    ],
    ['a public key of 33 bytes', parsePublicKey, `whpk_${'A'.repeat(44)}`, 'secret_malformed'],
    ['a private key as public key', parsePublicKey, generateSigningKeyPair().privateKey, 'secret_wrong_kind'],
  ];
  it.each(refused)('refuses %s', (_name, parse, text, code) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'WebhookSecretError', code }));
  });
});
