import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'bird',
  source:
    'https://docs.bird.com/api/notifications-api/api-reference/webhook-subscriptions/verifying-a-webhook-subscription',
  secrets: ['the signing key of a subscription', 'another signing key of it'],
  covers: 'body',
  signatureHeaders: ['messagebird-signature', 'messagebird-request-timestamp'],
  body: '{"service":"channels","event":"sms.inbound","payload":{"id":"8aa1b2c3d4e5f6","status":"delivered"}}',
  sign: ({ body, url, nowMs, secret }) => ({
    headers: {
      'messagebird-request-timestamp': `${nowMs / 1000}`,
      'messagebird-signature': createHmac('sha256', secret)
        .update(`${nowMs / 1000}\n${url}\n`)
        .update(createHash('sha256').update(body).digest())
        .digest('base64'),
    },
  }),
};
