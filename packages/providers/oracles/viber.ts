import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'viber',
  source: 'https://developers.viber.com/docs/api/rest-bot-api/ and Viber/viber-bot-node lib/middleware.js',
  secrets: [
    '1111111111111111-2222222222222222-3333333333333333',
    '1111111111111111-2222222222222222-4444444444444444',
  ],
  covers: 'body',
  signatureHeaders: ['x-viber-content-signature'],
  body: '{"event":"message","timestamp":1700000000000,"chat_hostname":"SN-376_","message_token":4912661846655238145,"sender":{"id":"01234567890A=","name":"Jane"},"message":{"type":"text","text":"Hello"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-viber-content-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
