import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'squarespace',
  source: 'https://developers.squarespace.com/webhooks/verifying-notifications',
  // The secret is hexadecimal.
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['squarespace-signature'],
  body: '{"id":"a2d5a1a0-0000-4000-8000-1a2b3c4d5e6f","websiteId":"5c7d1f0e","subscriptionId":"b1c2d3e4","topic":"order.create","createdOn":"2023-11-14T22:13:20.000Z","data":{"orderId":"5d6e7f80"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'squarespace-signature': createHmac('sha256', Buffer.from(secret, 'hex')).update(body).digest('hex'),
    },
  }),
};
