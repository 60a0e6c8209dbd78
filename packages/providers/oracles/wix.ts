import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A public key as the dashboard shows it, and what signs with it. */
const keyOf = () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { text: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
};
const keys = [keyOf(), keyOf()] as const;

export const oracle: Oracle = {
  provider: 'wix',
  source:
    'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  // The start of the claims: {"data":"{
  covered: Buffer.from('{"data":"{').toString('base64url').slice(0, 12),
  signatureHeaders: [],
  contentType: 'text/plain',
  body: '{"id":"6d1c2b3a-0000-4000-8000-1a2b3c4d5e6f","entityFqdn":"wix.ecom.v1.order","slug":"approved","entityId":"o-1","eventTime":"2023-11-14T22:13:20.000Z","actionEvent":{}}',
  sign: ({ body, nowMs, secret }) => {
    const { privateKey } = secret === keys[1].text ? keys[1] : keys[0];
    const event = {
      data: body.toString(),
      instanceId: 'dc9c5b3a-0000-4000-8000-1a2b3c4d5e6f',
      eventType: 'wix.ecom.v1.order_approved',
      identity: '{"identityType":"WIX_USER","wixUserId":"u-1"}',
    };
    const claims = { data: JSON.stringify(event), iat: nowMs / 1000, exp: nowMs / 1000 + 3600 };
    const text = [{ alg: 'RS256', kid: '6d4e2c1a', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = signBytes('sha256', Buffer.from(text), privateKey).toString('base64url');
    return { headers: {}, body: Buffer.from(`${text}.${signature}`) };
  },
};
