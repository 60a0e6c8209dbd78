import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'shopify',
  source:
    'https://shopify.dev/docs/apps/build/webhooks/verify-deliveries and https://shopify.dev/docs/apps/build/events/verify-deliveries',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-shopify-hmac-sha256'],
  body: '{"id":820982911946154508,"email":"jon@example.com","created_at":"2023-11-14T22:13:20-05:00","currency":"USD","total_price":"403.00"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'acme.myshopify.com',
      'x-shopify-api-version': '2026-07',
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      'x-shopify-event-id': '98880550-7158-44d4-b7cd-2c97c8a091b5',
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
  }),
  variants: {
    'of Events, under names without x-': ({ body, secret }) => ({
      headers: {
        'shopify-topic': 'Product',
        'shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
        'shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
      },
    }),
  },
};
