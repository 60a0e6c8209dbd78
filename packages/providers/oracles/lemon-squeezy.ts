import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'lemon-squeezy',
  source: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
  secrets: ['secret', 'a secret of at most forty characters...'],
  covers: 'body',
  signatureHeaders: ['x-signature'],
  body: '{"meta":{"event_name":"order_created","webhook_id":"0f1e2d3c"},"data":{"type":"orders","id":"1","attributes":{"store_id":1,"status":"paid"}}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-event-name': 'order_created',
      'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
