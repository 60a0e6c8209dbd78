import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const id = '7f3d2c1b-0000-4000-8000-1a2b3c4d5e6f';
const headersWith = ({ body, nowMs }: Unsigned, key: Buffer): Signed => ({
  headers: {
    'user-agent': 'polar.sh webhooks',
    'webhook-id': id,
    'webhook-timestamp': `${nowMs / 1000}`,
    'webhook-signature': `v1,${createHmac('sha256', key)
      .update(`${id}.${nowMs / 1000}.`)
      .update(body)
      .digest('base64')}`,
    'webhook-api-version': '2026-04',
  },
});
const secretOf = (seed: number) => `whsec${'_'}${Buffer.alloc(32, seed).toString('base64')}`;

export const oracle: Oracle = {
  provider: 'polar',
  source: 'polarsource/polar server/polar/webhook/tasks.py',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"type":"order.paid","timestamp":"2023-11-14T22:13:20.000000Z","data":{"id":"5f6e7d8c-0000-4000-8000-1a2b3c4d5e6f","status":"paid"}}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, Buffer.from(unsigned.secret.slice(6), 'base64')),
  variants: {
    'with the text of a secret that was made before September 2026': (unsigned) =>
      headersWith(unsigned, Buffer.from(unsigned.secret)),
  },
};
