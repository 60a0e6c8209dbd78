import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A public key as the dashboard shows it, base64url of its 32 bytes, and what signs with it. */
const keyOf = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    text: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64url'),
    privateKey,
  };
};
const keys = [keyOf(), keyOf()] as const;

export const oracle: Oracle = {
  provider: 'token-io',
  source:
    'https://docs.token.io/products/tpp/integration-considerations/webhooks (header and encoding as hookdeck/webhook-skills tokenio-webhooks quotes them)',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  signatureHeaders: ['token-signature'],
  body: '{"eventType":"PAYMENT_STATUS_CHANGED","payment":{"id":"pm2:12345abcd:abcd","status":"INITIATION_COMPLETED","updatedDateTime":"2023-11-14T22:13:20.000Z"}}',
  sign: ({ body, secret }) => {
    const { privateKey } = secret === keys[1].text ? keys[1] : keys[0];
    return {
      headers: {
        'token-event': 'PAYMENT_STATUS_CHANGED',
        'token-signature': signBytes(null, body, privateKey).toString('base64url'),
      },
    };
  },
};
