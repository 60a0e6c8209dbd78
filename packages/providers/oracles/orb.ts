import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, secret }: Unsigned, time: string) =>
  `v1=${createHmac('sha256', secret).update(`v1:${time}:`).update(body).digest('hex')}`;
/** ISO 8601 in UTC without a zone. */
const timeOf = ({ nowMs }: Unsigned) => new Date(nowMs).toISOString().replace('Z', '');

export const oracle: Oracle = {
  provider: 'orb',
  source: 'orbcorp/orb-node src/resources/webhooks.ts',
  secrets: ['a signing secret of Orb', 'another signing secret of Orb'],
  covers: 'body',
  signatureHeaders: ['x-orb-signature', 'x-orb-timestamp'],
  body: '{"id": "o4mmewpfNNTnjfZc", "created_at": "2023-11-14T22:13:20+00:00", "type": "resource_event.test", "properties": {"message": "A test webhook from Orb."}}',
  toleranceSeconds: 300,
  sign: (unsigned) => ({
    headers: {
      'x-orb-timestamp': timeOf(unsigned),
      'x-orb-signature': signature(unsigned, timeOf(unsigned)),
    },
  }),
  variants: {
    'several signatures, of several versions': (unsigned) => ({
      headers: {
        'x-orb-timestamp': timeOf(unsigned),
        'x-orb-signature': `v2=0000 ${signature({ ...unsigned, secret: 'the new secret' }, timeOf(unsigned))} ${signature(unsigned, timeOf(unsigned))}`,
      },
    }),
  },
};
