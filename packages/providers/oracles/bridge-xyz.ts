import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [first, second] = [pair(), pair()];
const secrets = [
  first.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  second.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
] as const;

export const oracle: Oracle = {
  provider: 'bridge-xyz',
  source: 'https://apidocs.bridge.xyz/platform/additional-information/webhooks/signature',
  secrets,
  covers: 'body',
  signatureHeaders: ['x-webhook-signature'],
  body: '{"api_version":"v0","event_id":"wh_evt_1","event_category":"customer","event_type":"customer.updated","event_object":{"id":"cust_1"}}',
  toleranceSeconds: 600,
  sign: ({ body, nowMs, secret }) => {
    // The SHA-256 digest of the message is what RSA-SHA256 signs: it is hashed twice.
    const digest = createHash('sha256').update(`${nowMs}.`).update(body).digest();
    const signature = createSign('RSA-SHA256')
      .update(digest)
      .sign(secret === secrets[0] ? first.privateKey : second.privateKey, 'base64');
    return { headers: { 'x-webhook-signature': `t=${nowMs},v0=${signature}` } };
  },
};
