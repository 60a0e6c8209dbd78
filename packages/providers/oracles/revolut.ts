import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, nowMs, secret }: Unsigned) =>
  `v1=${createHmac('sha256', secret).update(`v1.${nowMs}.`).update(body).digest('hex')}`;
const secretOf = (letter: string) => `wsk${'_'}${letter.repeat(32)}`;

export const oracle: Oracle = {
  provider: 'revolut',
  source: 'https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature',
  secrets: [secretOf('a'), secretOf('b')],
  covers: 'body',
  signatureHeaders: ['revolut-signature', 'revolut-request-timestamp'],
  body: '{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending","request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged","timestamp":"2023-11-14T22:13:20.000000Z"}',
  toleranceSeconds: 300,
  sign: (unsigned) => ({
    headers: {
      'revolut-request-timestamp': `${unsigned.nowMs}`,
      'revolut-signature': signature(unsigned),
    },
  }),
  variants: {
    'several signatures': (unsigned) => ({
      headers: {
        'revolut-request-timestamp': `${unsigned.nowMs}`,
        'revolut-signature': `${signature({ ...unsigned, secret: secretOf('c') })},${signature(unsigned)}`,
      },
    }),
  },
};
