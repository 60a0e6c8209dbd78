import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'front',
  source: 'https://dev.frontapp.com/docs/application-webhooks',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-front-request-timestamp', 'x-front-signature'],
  body: '{"type":"inbound_received","authorization":{"id":"cmp_1"},"payload":{"id":"evt_1","type":"inbound","emitted_at":1748077736.5}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(nowMs);
    const signature = createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest('base64');
    return { headers: { 'x-front-request-timestamp': timestamp, 'x-front-signature': signature } };
  },
};
