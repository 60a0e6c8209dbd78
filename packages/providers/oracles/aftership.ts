import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'aftership',
  source:
    'https://www.aftership.com/docs/tracking/webhook/webhook-signature; https://www.aftership.com/docs/tracking/2025-01/webhook/webhook-specifications',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['aftership-hmac-sha256'],
  body: '{"ts":1748077736,"event":"tracking_update","event_id":"0e9b4b0c-7f6b-4f0a-9d3c-2b1f6a5d4c3b","is_tracking_first_tag":true,"msg":{"id":"5b7658cec7c33c0e007de3c5","tag":"InTransit"}}',
  sign: ({ body, secret }) => ({
    headers: { 'aftership-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
