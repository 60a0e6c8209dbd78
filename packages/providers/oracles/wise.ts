import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A public key as the documentation shows it, and what signs with it. */
const keyOf = () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { text: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
};
const keys = [keyOf(), keyOf()] as const;

export const oracle: Oracle = {
  provider: 'wise',
  source: 'https://docs.wise.com/guides/developer/webhooks/event-handling',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  signatureHeaders: ['x-signature-sha256'],
  body: '{"data":{"resource":{"id":111,"profile_id":222,"account_id":333,"type":"transfer"},"current_state":"processing","previous_state":"incoming_payment_waiting","occurred_at":"2023-11-14T22:13:20Z"},"subscription_id":"01234567-89ab-cdef-0123-456789abcdef","event_type":"transfers#state-change","schema_version":"2.0.0","sent_at":"2023-11-14T22:13:20Z"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-delivery-id': '5f6e7d8c-0000-4000-8000-1a2b3c4d5e6f',
      'x-signature-sha256': signBytes(
        'sha256',
        body,
        (secret === keys[1].text ? keys[1] : keys[0]).privateKey,
      ).toString('base64'),
    },
  }),
};
