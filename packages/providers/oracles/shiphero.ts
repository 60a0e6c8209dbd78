import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'shiphero',
  source: 'https://developer.shiphero.com/webhooks/ (header and encoding as public receivers have them)',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-shiphero-hmac-sha256'],
  body: '{"webhook_type":"Inventory Update","account_id":13,"account_uuid":"QWNjb3VudDoxMw==","inventory":[{"sku":"SKU-1","inventory":"10"}]}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-shiphero-message-id': '5a6b7c8d-0000-4000-8000-1a2b3c4d5e6f',
      'x-shiphero-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
  }),
};
