import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A key as the API gives it, and what signs with it. */
const keyOf = (kid: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const text = JSON.stringify({
    alg: 'ES256',
    created_at: 1_560_466_150,
    expired_at: null,
    kid,
    use: 'sig',
    ...publicKey.export({ format: 'jwk' }),
  });
  return { kid, text, privateKey };
};
const keys = [
  keyOf('bfbd5111-8e33-4643-8ced-b2e642a72f3c'),
  keyOf('6c5516e1-92dc-479e-a8ff-5a51992e0001'),
] as const;

export const oracle: Oracle = {
  provider: 'plaid',
  source: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  signatureHeaders: ['plaid-verification'],
  body: '{\n  "environment": "production",\n  "item_id": "eVBnVMp7zdTJLkRNr33Rs6zr7KNJqBFL9DrE6",\n  "new_transactions": 19,\n  "webhook_code": "DEFAULT_UPDATE",\n  "webhook_type": "TRANSACTIONS"\n}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => {
    const key = secret === keys[1].text ? keys[1] : keys[0];
    const claims = {
      iat: nowMs / 1000,
      request_body_sha256: createHash('sha256').update(body).digest('hex'),
    };
    const text = [{ alg: 'ES256', kid: key.kid, typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = signBytes('sha256', Buffer.from(text), {
      key: key.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return { headers: { 'plaid-verification': `${text}.${signature.toString('base64url')}` } };
  },
};
