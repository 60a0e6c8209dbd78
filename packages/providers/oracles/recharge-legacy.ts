import { createHash } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'recharge-legacy',
  source: 'https://docs.getrecharge.com/docs/webhooks-overview',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-recharge-hmac-sha256'],
  body: '{"charge":{"id":549646940,"status":"success","customer":{"id":101},"created_at":"2023-11-14T22:13:20+00:00"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-recharge-topic': 'charge/paid',
      // A plain hash, whatever the name says.
      'x-recharge-hmac-sha256': createHash('sha256').update(secret).update(body).digest('hex'),
    },
  }),
};
