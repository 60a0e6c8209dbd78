import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'ascend',
  source: 'https://useascend.readme.io/docs/webhooks',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-ascend-signature'],
  body: '{"event_id":"0d7f1a7e-60f9-4b1e-8b6a-3f0c2d1e4b5a","event_name":"invoice.paid","payload":{"id":"6f5e4d3c"}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest('hex');
    return {
      headers: {
        'x-ascend-request-timestamp': timestamp,
        'x-ascend-signature': `t=${timestamp},v1=${signature}`,
      },
    };
  },
};
