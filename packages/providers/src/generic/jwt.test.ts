import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createOidcIssuer } from '../../fixtures/oidc-issuer.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { type FetchPublished, receiveWebhook } from '../index.ts';
import { jwt } from './jwt.ts';

const CLAIMS: JWTPayload = { iss: 'crm', aud: 'hookline', exp: NOW_SECONDS + 60 };
const SHARED = Buffer.alloc(32, 7).toString('hex');
const sign = (alg: string, key: KeyObject | Buffer, claims = CLAIMS) =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

const receive = (
  token: string,
  {
    algorithm = 'HS256',
    secrets = [SHARED],
    ...more
  }: {
    algorithm?: string;
    secrets?: string[];
    jwksUrl?: string;
    fetchPublished?: FetchPublished;
    toleranceSeconds?: number | null;
  } = {},
) => {
  const { fetchPublished, toleranceSeconds, ...options } = more;
  return receiveWebhook(jwt, {
    request: request({
      headers: { authorization: [`Bearer ${token}`] },
      rawBody: Buffer.from('{"type":"order.paid","id":"7"}'),
    }),
    secrets,
    options: { algorithm, issuer: 'crm', audience: 'hookline', ...options },
    fetchPublished,
    toleranceSeconds,
  });
};

describe('accepts a token', () => {
  it('with a shared secret', async () => {
    expect(await receive(await sign('HS256', Buffer.from(SHARED)))).toMatchObject({
      kind: 'events',
      secretIndex: 0,
      events: [{ type: 'jwt.order.paid', deliveryId: '7' }],
    });
  });

  it('by the older of two secrets', async () => {
    const older = Buffer.alloc(32, 9).toString('hex');
    const token = await sign('HS256', Buffer.from(older));
    expect(await receive(token, { secrets: [SHARED, older] })).toMatchObject({ secretIndex: 1 });
  });

  it.each([
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['PS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ])('by %s, with a public key in the place of the secret', async (algorithm, generate) => {
    const { privateKey, publicKey } = generate();
    const secrets = [pem(publicKey)];
    expect(jwt.checkSecret(secrets[0] ?? '')).toBeUndefined();
    expect(await receive(await sign(algorithm, privateKey), { algorithm, secrets })).toMatchObject({
      kind: 'events',
    });
  });

  it('by a published key, without a secret', async () => {
    const issuer = await createOidcIssuer();
    const { fetchPublished } = issuer;
    const options = {
      algorithm: 'RS256',
      secrets: [],
      jwksUrl: 'https://crm.example.com/jwks',
      fetchPublished,
    };
    expect(await receive(await issuer.sign(CLAIMS), options)).toMatchObject({
      kind: 'events',
      secretIndex: -1,
    });
  });
});

describe('with a tolerance of null', () => {
  it('accepts a token that ended long ago or begins in the future', async () => {
    for (const claims of [{ exp: 1 }, { nbf: NOW_SECONDS + 86_400 }]) {
      const token = await sign('HS256', Buffer.from(SHARED), { ...CLAIMS, ...claims });
      expect(await receive(token, { toleranceSeconds: null })).toMatchObject({ kind: 'events' });
    }
  });

  it('refuses a token under another secret all the same', async () => {
    const token = await sign('HS256', Buffer.alloc(32, 1), { ...CLAIMS, exp: 1 });
    expect(await receive(token, { toleranceSeconds: null })).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
  });
});

describe('refuses a token', () => {
  it.each<[string, JWTPayload, string]>([
    ['of another issuer', { iss: 'other' }, 'unexpected_sender'],
    ['for another audience', { aud: 'other' }, 'unexpected_sender'],
    ['that has ended', { exp: NOW_SECONDS - 61 }, 'timestamp_out_of_tolerance'],
  ])('%s', async (_name, claims, code) => {
    const token = await sign('HS256', Buffer.from(SHARED), { ...CLAIMS, ...claims });
    expect(await receive(token)).toMatchObject({ rejection: { code, status: 401 } });
  });

  it.each<[string, JWTPayload, number, RegExp]>([
    [
      'that has ended',
      { exp: NOW_SECONDS - 90 },
      90,
      /signed 90 s ago; 60 s are allowed\. The signature is valid/,
    ],
    ['that is not valid yet', { nbf: NOW_SECONDS + 90 }, -90, /signed 90 s in the future/],
  ])('%s, and says by how much and that the secret is right', async (_name, claims, ageSeconds, words) => {
    const token = await sign('HS256', Buffer.from(SHARED), { ...CLAIMS, ...claims });
    expect(await receive(token)).toMatchObject({
      rejection: {
        message: expect.stringMatching(words),
        details: { ageSeconds, toleranceSeconds: 60, signatureMatches: true },
      },
    });
  });

  it('without an end', async () => {
    const token = await sign('HS256', Buffer.from(SHARED), { iss: 'crm', aud: 'hookline' });
    expect(await receive(token)).toMatchObject({ rejection: { code: 'unexpected_sender' } });
  });

  it('by another algorithm than the configured one', async () => {
    const token = await sign('HS384', Buffer.from(SHARED + SHARED));
    expect(await receive(token, { secrets: [SHARED + SHARED] })).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
  });

  it('that is signed with the public key as a shared secret', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = pem(publicKey);
    for (const algorithm of ['HS256', 'RS256']) {
      const reception = await receive(await sign('HS256', Buffer.from(key)), { algorithm, secrets: [key] });
      expect(reception).toMatchObject({ kind: 'rejected' });
    }
  });

  it('without a secret and without published keys', async () => {
    const token = await sign('HS256', Buffer.from(SHARED));
    expect(await receive(token, { secrets: [''] })).toMatchObject({ rejection: { code: 'no_secret' } });
    expect(await receive(token, { secrets: ['short'] })).toMatchObject({
      rejection: { code: 'invalid_secret' },
    });
    expect(await receive(token, { algorithm: '' })).toMatchObject({ rejection: { code: 'missing_option' } });
  });
});

it('names the problem with each wrong setting', () => {
  expect(jwt.options?.['algorithm']?.check?.('none')).toContain('one of HS256');
  expect(jwt.options?.['algorithm']?.check?.('ES256')).toBeUndefined();
  expect(jwt.checkSecret('short')).toContain('32 bytes');
  expect(jwt.checkSecret('-----BEGIN PUBLIC KEY-----\nx')).toContain('PEM');
});
