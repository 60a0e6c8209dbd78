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
  provider: 'svix',
  source:
    'https://docs.svix.com/receiving/verifying-payloads/how-manual and svix/svix-webhooks javascript/src/webhook.ts',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['svix-id', 'svix-timestamp', 'svix-signature'],
  body: '{"type":"invoice.paid","timestamp":"2023-11-14T22:13:20.000Z","data":{"id":"invoice_WF7WtCLFFtd8ubcTgboSFNql"}}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })} ${signature(unsigned)}`),
    'under the names of Standard Webhooks': (unsigned) => ({
      headers: {
        'webhook-id': id,
        'webhook-timestamp': `${unsigned.nowMs / 1000}`,
        'webhook-signature': signature(unsigned),
      },
    }),
  },
};
