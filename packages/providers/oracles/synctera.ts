import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, nowMs, secret }: Unsigned) =>
  createHmac('sha256', secret)
    .update(`${nowMs / 1000}.`)
    .update(body)
    .digest('hex');

export const oracle: Oracle = {
  provider: 'synctera',
  source:
    'https://docs.synctera.com/docs/webhooks-guide (the signed text as hookdeck/webhook-skills synctera-webhooks quotes it)',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['synctera-signature', 'request-timestamp'],
  body: '{"id":"8a1b2c3d-0000-4000-8000-1a2b3c4d5e6f","type":"ACCOUNT.UPDATED","event_time":"2023-11-14T22:13:20Z","event_resource":"{}"}',
  sign: (unsigned) => ({
    headers: { 'request-timestamp': `${unsigned.nowMs / 1000}`, 'synctera-signature': signature(unsigned) },
  }),
  variants: {
    'two signatures while the secret is rolled': (unsigned) => ({
      headers: {
        'request-timestamp': `${unsigned.nowMs / 1000}`,
        'synctera-signature': `${signature({ ...unsigned, secret: 'the new secret' })}.${signature(unsigned)}`,
      },
    }),
  },
};
