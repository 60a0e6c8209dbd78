import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'knock',
  source: 'github.com/knocklabs/docs content/developer-tools/outbound-webhooks/overview.mdx',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-knock-signature'],
  body: '{"__typename":"WebhookEvent","type":"message.sent","created_at":"2026-05-24T11:08:56.000Z","data":{"id":"0f1e2d3c"},"event_data":null}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(nowMs);
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('base64');
    return {
      headers: { 'x-knock-event': 'message.sent', 'x-knock-signature': `t=${timestamp},s=${signature}` },
    };
  },
};
