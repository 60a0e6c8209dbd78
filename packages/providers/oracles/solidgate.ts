import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const merchant = `wh_pk${'_'}${'a'.repeat(32)}`;

export const oracle: Oracle = {
  provider: 'solidgate',
  source: 'https://docs.solidgate.com/payments/integrate/webhooks/ and solidgate-tech/go-sdk api.go',
  secrets: [`wh_sk${'_'}${'b'.repeat(32)}`, `wh_sk${'_'}${'c'.repeat(32)}`],
  covers: 'body',
  signatureHeaders: ['signature', 'merchant'],
  body: '{"order":{"order_id":"777","amount":2000,"currency":"USD","status":"settle_ok"},"transactions":{}}',
  // Base64 of the hexadecimal digits, not of the bytes.
  sign: ({ body, secret }) => ({
    headers: {
      merchant,
      'solidgate-event-id': '6a1f0c2d-0000-4000-8000-1a2b3c4d5e6f',
      'solidgate-event-type': 'card_gate.order.updated',
      signature: Buffer.from(
        createHmac('sha512', secret).update(merchant).update(body).update(merchant).digest('hex'),
      ).toString('base64'),
    },
  }),
  variants: {
    'version 2: base64 HMAC-SHA256 of the body': ({ body, secret }) => ({
      headers: { signature: createHmac('sha256', secret).update(body).digest('base64') },
    }),
  },
};
