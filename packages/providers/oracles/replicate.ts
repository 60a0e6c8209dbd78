import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
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
  provider: 'replicate',
  source: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"id":"ufawqhfynnddngldkgtslldrkq","version":"5c7d5dc6","status":"succeeded","input":{"text":"Alice"},"output":"hello Alice","created_at":"2023-11-14T22:13:10.000Z","completed_at":"2023-11-14T22:13:20.000Z"}',
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })} ${signature(unsigned)}`),
  },
};
