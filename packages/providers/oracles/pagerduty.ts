import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, secret }: Unsigned) =>
  `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;

export const oracle: Oracle = {
  provider: 'pagerduty',
  source: 'PagerDuty/developer-docs docs/webhooks/04-Signatures.md',
  secrets: ['a secret of the subscription', 'another secret of it'],
  covers: 'body',
  signatureHeaders: ['x-pagerduty-signature'],
  body: '{"event":{"id":"5ac64822-4adc-4fda-ade0-410becf0de4f","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2023-11-14T22:13:20.000Z","data":{"id":"PGR0VU2","type":"incident"}}}',
  sign: (unsigned) => ({
    headers: {
      'x-webhook-id': '9b2f8c1a-0000-4000-8000-1a2b3c4d5e6f',
      'x-pagerduty-signature': signature(unsigned),
    },
  }),
  variants: {
    'several signatures': (unsigned) => ({
      headers: {
        'x-pagerduty-signature': `${signature({ ...unsigned, secret: 'the new secret' })},${signature(unsigned)}`,
      },
    }),
  },
};
