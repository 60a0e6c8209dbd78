import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const id = '8a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';
const signature = ({ body, nowMs, secret }: Unsigned) => {
  const key = Buffer.from(secret.slice('v1,whsec_'.length), 'base64');
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
const secretOf = (seed: number) => `v1,whsec${'_'}${Buffer.alloc(24, seed).toString('base64')}`;

export const oracle: Oracle = {
  provider: 'supabase',
  source: 'supabase/auth internal/hooks/hookshttp/hookshttp.go',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"metadata":{"uuid":"8a1b2c3d-0000-4000-8000-1a2b3c4d5e6f","time":"2023-11-14T22:13:20Z","name":"before-user-created","ip_address":"192.0.2.1"},"user":{"id":"u-1","email":"jane@example.com"}}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })}, ${signature(unsigned)}`),
  },
};
