import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'ably',
  source: 'https://ably.com/docs/platform/integrations/webhooks',
  secrets: ['beh1nd-the-c0lon-of-the-key', 'beh1nd-the-c0lon-of-another'],
  covers: 'body',
  signatureHeaders: ['x-ably-signature'],
  body: '{"items":[{"webhookId":"vLxhA3","source":"channel.message","serial":"a7bcdEFghIjklm123456789:4","timestamp":1145395200000,"name":"message","data":{"channelId":"news"}}]}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-ably-key': 'xVLyHw.0A1b2C',
      'x-ably-signature': createHmac('sha256', secret).update(body).digest('base64'),
    },
  }),
};
