import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'shopline',
  source:
    'https://developer.shopline.com/docs/apps/api-instructions-for-use/webhooks/overview (its sample of the header is base64)',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-shopline-hmac-sha256'],
  body: '{"id":"16057850264845250791280282","title":"Shirt","status":"active","updated_at":"2023-11-14T22:13:20+08:00"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-shopline-topic': 'products/update',
      'x-shopline-shop-domain': 'acme.myshopline.com',
      'x-shopline-webhook-id': '8b1f3a5c-0000-4000-8000-1a2b3c4d5e6f',
      'x-shopline-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
  }),
  variants: {
    'in hexadecimal digits, as some receivers expect it': ({ body, secret }) => ({
      headers: { 'x-shopline-hmac-sha256': createHmac('sha256', secret).update(body).digest('hex') },
    }),
  },
};
