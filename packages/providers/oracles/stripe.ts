import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, nowMs, secret }: Unsigned) =>
  createHmac('sha256', secret)
    .update(`${nowMs / 1000}.`)
    .update(body)
    .digest('hex');
const secretOf = (letter: string) => `whsec${'_'}${letter.repeat(32)}`;

export const oracle: Oracle = {
  provider: 'stripe',
  source: 'https://docs.stripe.com/webhooks and stripe/stripe-node src/Webhooks.ts',
  secrets: [secretOf('a'), secretOf('b')],
  covers: 'body',
  signatureHeaders: ['stripe-signature'],
  body: '{\n  "id": "evt_1OqG1x2eZvKYlo2C0bW9XyZ1",\n  "object": "event",\n  "api_version": "2026-03-31",\n  "created": 1700000000,\n  "data": {"object": {"id": "pi_1"}},\n  "livemode": false,\n  "type": "payment_intent.succeeded"\n}',
  toleranceSeconds: 300,
  sign: (unsigned) => ({
    headers: { 'stripe-signature': `t=${unsigned.nowMs / 1000},v1=${signature(unsigned)}` },
  }),
  variants: {
    'a signature of each secret, and one of the test scheme': (unsigned) => ({
      headers: {
        'stripe-signature': `t=${unsigned.nowMs / 1000},v1=${signature({ ...unsigned, secret: secretOf('c') })},v1=${signature(unsigned)},v0=${'6'.repeat(64)}`,
      },
    }),
  },
};
