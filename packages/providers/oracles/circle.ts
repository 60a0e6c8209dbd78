import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [first, second] = [pair(), pair()];
const secrets = [
  first.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  second.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
] as const;

export const oracle: Oracle = {
  provider: 'circle',
  source: 'https://developers.circle.com/api-reference/verify-webhook-signatures',
  secrets,
  covers: 'body',
  signatureHeaders: ['x-circle-signature'],
  body: '{"subscriptionId":"00000000-0000-0000-0000-000000000000","notificationId":"00000000-0000-0000-0000-000000000001","notificationType":"webhooks.test","notification":{"hello":"world"},"timestamp":"2026-05-24T11:08:56.379371279Z","version":2}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-circle-key-id': '879dc113-5ca4-4ff7-a6b7-54652083fcf8',
      'x-circle-signature': createSign('SHA256')
        .update(body)
        .sign(secret === secrets[0] ? first.privateKey : second.privateKey, 'base64'),
    },
  }),
};
