import { constants, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A public key as the console shows it, and what signs with it. */
const keyOf = () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { text: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
};
const keys = [keyOf(), keyOf()] as const;

export const oracle: Oracle = {
  provider: 'utila',
  source: 'https://docs.utila.io/reference/webhooks (scheme as public clients of Utila have it)',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  signatureHeaders: ['x-utila-signature'],
  body: '{"id":"evt_7b1f","vault":"vaults/2b0d","type":"TRANSACTION_STATE_UPDATED","details":{"transactionStateUpdated":{"newState":"CONFIRMED"}},"resourceType":"TRANSACTION","resource":"vaults/2b0d/transactions/9f1c"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-utila-signature': signBytes('sha512', body, {
        key: (secret === keys[1].text ? keys[1] : keys[0]).privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }).toString('base64'),
    },
  }),
};
