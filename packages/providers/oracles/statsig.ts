import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'statsig',
  source: 'statsig-io/docs integrations/event_webhook.mdx',
  secrets: [
    `webhook-${Buffer.alloc(16, 1).toString('hex')}`,
    `webhook-${Buffer.alloc(16, 2).toString('hex')}`,
  ],
  covers: 'body',
  signatureHeaders: ['x-statsig-signature', 'x-statsig-request-timestamp'],
  body: '{"data":[{"user":{"name":"Jane","email":"jane@example.com"},"timestamp":1700000000000,"eventName":"statsig::config_change","metadata":{"type":"Gate","name":"new_checkout","action":"updated"}}]}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'x-statsig-request-timestamp': `${nowMs}`,
      'x-statsig-signature': `v0=${createHmac('sha256', secret).update(`v0:${nowMs}:`).update(body).digest('hex')}`,
    },
  }),
};
