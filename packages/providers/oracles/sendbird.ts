import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'sendbird',
  source: 'https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-sendbird-signature'],
  body: '{"category":"group_channel:message_send","sender":{"user_id":"Jay"},"custom_type":"","type":"MESG","payload":{"message_id":238038743,"message":"Hello","created_at":1700000000000},"app_id":"00AA8118-9AAA-4A5B-A0A0-1A2B3C4D5E6F"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-sendbird-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
