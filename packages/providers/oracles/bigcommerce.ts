import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'bigcommerce',
  source: 'github.com/bigcommerce/docs docs/integrations/webhooks/https-webhook-overview.mdx',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"scope":"store/order/created","store_id":"1001","data":{"type":"order","id":250},"hash":"352e4afc6dd3fc85ea26bfdf3f91852604d57528","created_at":1748077736,"producer":"stores/abcde"}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
    const key = secret;
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return {
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    };
  },
};
