import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, nowMs, secret }: Unsigned, before = ''): Signed => {
  const id = 'event_011CZkZ';
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `${before}v1,${signature}`,
    },
  };
};

export const oracle: Oracle = {
  provider: 'anthropic',
  source:
    'https://platform.claude.com/docs/managed-agents/webhooks; github.com/standard-webhooks/standard-webhooks',
  secrets: [
    `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
  ],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"type":"event","id":"event_011CZkZ","created_at":"2026-05-24T11:08:56Z","data":{"type":"session.status_idled","id":"sesn_011CZk","organization_id":"0f1e2d3c","workspace_id":"wrkspc_1"}}',
  toleranceSeconds: 300,
  variants: {
    'behind the signature of another secret': (unsigned) =>
      sign(unsigned, `v1,${Buffer.alloc(32, 7).toString('base64')} `),
  },
  sign: (unsigned) => sign(unsigned),
};
