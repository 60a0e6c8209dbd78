import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const id = 'evt-cph1rs3idesc73a2b2mg';
const signature = ({ body, nowMs, secret }: Unsigned) => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key)
    .update(`${id}.${nowMs / 1000}.`)
    .update(body)
    .digest('base64')}`;
};
const headersWith = ({ nowMs }: Unsigned, signatures: string): Signed => ({
  headers: {
    'webhook-id': id,
    'webhook-timestamp': `${nowMs / 1000}`,
    'webhook-signature': signatures,
  },
});
const secretOf = (seed: number) => `whsec${'_'}${Buffer.alloc(24, seed).toString('base64')}`;

export const oracle: Oracle = {
  provider: 'render',
  source: 'https://render.com/docs/webhooks',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"type":"deploy_ended","timestamp":"2023-11-14T22:13:20.000Z","data":{"id":"evt-cph1rs3idesc73a2b2mg","serviceId":"srv-1","serviceName":"api","status":"succeeded"}}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })} ${signature(unsigned)}`),
  },
};
