import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const id = 'wh_685342e6c53c8190a1be43f081506c52';
const signature = ({ body, nowMs, secret }: Unsigned) =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${id}.${nowMs / 1000}.`)
    .update(body)
    .digest('base64')}`;
const headersWith = ({ nowMs }: Unsigned, signatures: string): Signed => ({
  headers: {
    'webhook-id': id,
    'webhook-timestamp': `${nowMs / 1000}`,
    'webhook-signature': signatures,
  },
});
const secretOf = (seed: number) => `whsec${'_'}${Buffer.alloc(32, seed).toString('base64')}`;

export const oracle: Oracle = {
  provider: 'openai',
  source:
    'openai/openai-node src/resources/webhooks/webhooks.ts and https://platform.openai.com/docs/guides/webhooks',
  secrets: [secretOf(1), secretOf(2)],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"id":"evt_685343a1381c819085d44c354e1b330e","object":"event","created_at":1700000000,"type":"response.completed","data":{"id":"resp_abc123"}}',
  toleranceSeconds: 300,
  sign: (unsigned) => headersWith(unsigned, signature(unsigned)),
  variants: {
    'several signatures': (unsigned) =>
      headersWith(unsigned, `${signature({ ...unsigned, secret: secretOf(3) })} ${signature(unsigned)}`),
  },
};
