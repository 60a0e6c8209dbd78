import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'checkout-com',
  source:
    'https://www.checkout.com/docs/developer-resources/webhooks/manage-webhooks/set-up-your-webhook-receiver',
  secrets: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', '9a0f1e2d-c3b4-a5f6-e7d8-96879a5b4c3d'],
  covers: 'body',
  signatureHeaders: ['cko-signature'],
  body: '{"id":"evt_uruhfq3rsl6ujiqrmiyqibuyqa","type":"payment_approved","version":"1.0.10","created_on":"2026-05-24T11:08:56Z","data":{"id":"pay_1","amount":10}}',
  sign: ({ body, secret }) => ({
    headers: { 'cko-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
