import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'courier',
  source: 'https://www.courier.com/docs/platform/workspaces/outbound-webhooks',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['courier-signature'],
  body: '{"data":{"id":"1-60b9ff43","recipient":"emma","status":"SENT"},"type":"message:updated"}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(nowMs);
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { headers: { 'courier-signature': `t=${timestamp},signature=${signature}` } };
  },
};
