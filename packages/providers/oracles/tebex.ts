import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'tebex',
  source: 'https://docs.tebex.io/developers/webhooks/overview',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-signature'],
  body: '{"id":"c2a77f1f-0000-4000-8000-1a2b3c4d5e6f","type":"payment.completed","date":"2023-11-14T22:13:20+00:00","subject":{"transaction_id":"tbx-1"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-signature': createHmac('sha256', secret)
        .update(createHash('sha256').update(body).digest('hex'))
        .digest('hex'),
    },
  }),
};
