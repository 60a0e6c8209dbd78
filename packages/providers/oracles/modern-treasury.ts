import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'modern-treasury',
  source: 'https://docs.moderntreasury.com/platform/reference/webhooks',
  secrets: [Buffer.alloc(24, 1).toString('hex'), Buffer.alloc(24, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-signature'],
  body: '{"event":"completed","data":{"id":"f2a1c7d8-6e1c-4f9b-8a55-0e8d2b6c7a11","object":"payment_order","live_mode":true,"amount":100,"currency":"USD"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-topic': 'payment_order',
      'x-webhook-id': '1b0c5b0a-5d7e-4f39-9d2e-7a6b5c4d3e2f',
      'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
