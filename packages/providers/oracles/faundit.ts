import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'faundit',
  source:
    'https://faundit.gitbook.io/faundit-api-v2/webhooks; https://www.skills.sh/hookdeck/webhook-skills/faundit-webhooks',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-faundit-signature-next', 'x-faundit-timestamp'],
  body: '{"event-type":"item-status","data":{"id":"0f1e2d3c","status":"delivered"}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const hmac = (text: string) => createHmac('sha256', secret).update(text);
    return {
      headers: {
        'x-faundit-timestamp': timestamp,
        'x-faundit-signature': hmac(`v0:${timestamp}`).digest('hex'),
        'x-faundit-signature-next': hmac(`v1:${timestamp}:`).update(body).digest('hex'),
      },
    };
  },
};
