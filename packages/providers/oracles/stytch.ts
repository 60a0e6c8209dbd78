import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const id = 'msg_2LJC7S5QZSKsEoE1Q5m8K8qVq5t';
const signature = ({ body, nowMs, secret }: Unsigned) => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key)
    .update(`${id}.${nowMs / 1000}.`)
    .update(body)
    .digest('base64')}`;
};
const headersWith = ({ nowMs }: Unsigned, signatures: string): Signed => ({
  headers: {
    'svix-id': id,
    'svix-timestamp': `${nowMs / 1000}`,
    'svix-signature': signatures,
  },
});
const secretOf = (seed: number) => `whsec${'_'}${Buffer.alloc(24, seed).toString('base64')}`;

export const oracle: Oracle = {
  provider: 'stytch',
  source: 'https://stytch.com/docs/workspace-management/webhooks',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['svix-id', 'svix-timestamp', 'svix-signature'],
  body: '{"project_id":"project-live-00000000-0000-0000-0000-000000000000","event_id":"event-live-1a2b3c4d","action":"CREATE","object_type":"user","source":"DIRECT","id":"user-live-1","timestamp":"2023-11-14T22:13:20.000Z"}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })} ${signature(unsigned)}`),
  },
};
