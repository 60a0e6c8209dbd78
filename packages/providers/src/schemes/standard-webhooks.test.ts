import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request, signedRequest, signerOf } from '../../fixtures/signed-request.ts';
import { compileStandardWebhooks } from './standard-webhooks.ts';

const scheme = compileStandardWebhooks('svix', 'webhook');
const secret = signerOf('clerk').secrets[0];

describe('standard webhooks', () => {
  it('accepts the signatures of the standardwebhooks package, whatever the body', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        fc.string({ unit: 'binary' }),
        (key, id, text) => {
          const otherSecret = `whsec_${Buffer.from(key).toString('base64')}`;
          const signature = new Webhook(otherSecret).sign(id, new Date(NOW_SECONDS * 1000), text);
          const headers = {
            'webhook-id': [id],
            'webhook-timestamp': [String(NOW_SECONDS)],
            'webhook-signature': [signature],
          };
          expect(
            scheme.verify({
              request: request({ headers, rawBody: Buffer.from(text) }),
              secrets: [otherSecret],
            }),
          ).toEqual({ ok: true, secretIndex: 0 });
        },
      ),
    );
  });

  it('reads the verified id, not an added id under the other name', () => {
    const signed = signedRequest(signerOf('clerk'), '{}');
    const withOther = { ...signed, headers: { ...signed.headers, 'webhook-id': ['msg_forged'] } };
    expect(scheme.verify({ request: withOther, secrets: [secret] }).ok).toBe(true);
    expect(scheme.idOf(withOther)).toBe('msg_1');
    expect(scheme.timestampOf(withOther)).toBe(String(NOW_SECONDS));
  });

  it('does not use the other name if one header of the first name is present', () => {
    const signed = signedRequest(signerOf('standard-webhooks'), '{}');
    const withOther = { ...signed, headers: { ...signed.headers, 'svix-id': ['msg_forged'] } };
    expect(scheme.verify({ request: withOther, secrets: [secret] })).toMatchObject({
      code: 'missing_signature',
    });
  });

  it('verifies v1a with public keys, alone and beside secrets', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const whpk = (key = publicKey) =>
      `whpk_${key.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')}`;
    const other = createPublicKey(
      createPrivateKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })),
    );
    const body = Buffer.from('{"a":1}');
    const message = Buffer.concat([Buffer.from(`msg_1.${NOW_SECONDS}.`), body]);
    const v1a = `v1a,${sign(null, message, privateKey).toString('base64')}`;
    const signed = signedRequest(signerOf('standard-webhooks'), body, {
      headers: { 'webhook-signature': [v1a] },
    });
    const verify = (secrets: string[]) => scheme.verify({ request: signed, secrets });

    expect(verify([whpk()])).toEqual({ ok: true, secretIndex: 0 });
    expect(verify([secret, whpk(other), whpk()])).toEqual({ ok: true, secretIndex: 2 });
    expect(verify([whpk(other)])).toMatchObject({ code: 'invalid_signature' });
    expect(verify([secret])).toMatchObject({ code: 'malformed_signature' });
    expect(scheme.checkSecret(whpk())).toBeUndefined();
    expect(scheme.checkSecret('whpk_AAAA')).toMatch(/public key/);
    const hmacSigned = signedRequest(signerOf('standard-webhooks'), body);
    expect(scheme.verify({ request: hmacSigned, secrets: [whpk(), secret] })).toEqual({
      ok: true,
      secretIndex: 1,
    });
  });
});
