import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'paystack',
  source: 'PaystackOSS/doc-code-snippets src/doc/payments/webhooks/verifying-transaction/',
  secrets: [
    `sk${'_'}test_${Buffer.alloc(20, 1).toString('hex')}`,
    `sk${'_'}test_${Buffer.alloc(20, 2).toString('hex')}`,
  ],
  covers: 'body',
  signatureHeaders: ['x-paystack-signature'],
  body: '{"event":"charge.success","data":{"id":302961,"domain":"live","status":"success","reference":"qTPrJoy9Bx","amount":10000,"currency":"NGN"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-paystack-signature': createHmac('sha512', secret).update(body).digest('hex') },
  }),
};
