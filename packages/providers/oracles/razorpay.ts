import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'razorpay',
  source: 'razorpay/markdown-docs webhooks/validate-test.md',
  secrets: ['a long random text of Razorpay', 'another random text of Razorpay'],
  covers: 'body',
  signatureHeaders: ['x-razorpay-signature'],
  body: '{"entity":"event","account_id":"acc_BFQ7uQEaa7j2z7","event":"payment.captured","contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_DESlfW9H8K9uqM","amount":100,"currency":"INR"}}},"created_at":1700000000}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-razorpay-event-id': 'DESlfW9H8K9uqN',
      'x-razorpay-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
