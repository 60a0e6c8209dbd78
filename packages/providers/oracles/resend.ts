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
  provider: 'resend',
  source: 'https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['svix-id', 'svix-timestamp', 'svix-signature'],
  body: '{"type":"email.sent","created_at":"2023-11-14T22:13:20.000Z","data":{"email_id":"56761188-7520-42d8-8898-ff6fc54ce618","from":"Acme <onboarding@resend.dev>","to":["delivered@resend.dev"],"subject":"Sending this example"}}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })} ${signature(unsigned)}`),
  },
};
