import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, nowMs, secret }: Unsigned) =>
  createHmac('sha256', secret).update(`${nowMs}.`).update(body).digest('hex');

export const oracle: Oracle = {
  provider: 'recurly',
  source:
    'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification and recurly/recurly-client-ruby lib/recurly/webhooks.rb',
  secrets: ['a secret key of the endpoint', 'another secret key of the endpoint'],
  covers: 'body',
  signatureHeaders: ['recurly-signature'],
  body: '{"id":"r8gtpkr7zpl7","object_type":"account","site_id":"qyp5jr1l1vqo","event_type":"created","event_time":"2023-11-14T22:13:20Z","account_code":"1"}',
  toleranceSeconds: 300,
  sign: (unsigned) => ({ headers: { 'recurly-signature': `${unsigned.nowMs},${signature(unsigned)}` } }),
  variants: {
    'several signatures': (unsigned) => ({
      headers: {
        'recurly-signature': `${unsigned.nowMs},${signature({ ...unsigned, secret: 'the new secret' })},${signature(unsigned)}`,
      },
    }),
  },
};
