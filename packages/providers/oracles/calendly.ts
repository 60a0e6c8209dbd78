import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'calendly',
  source: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['calendly-webhook-signature'],
  body: '{"event":"invitee.created","created_at":"2026-05-24T11:08:56.000000Z","created_by":"https://api.calendly.com/users/AAAAAAAAAAAAAAAA","payload":{"email":"emma@example.com","name":"Emma"}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { headers: { 'calendly-webhook-signature': `t=${timestamp},v1=${signature}` } };
  },
};
