import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'pusher',
  source: 'https://pusher.com/docs/channels/server_api/webhooks/ and pusher/pusher-http-node lib/webhook.js',
  secrets: [Buffer.alloc(10, 1).toString('hex'), Buffer.alloc(10, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-pusher-signature'],
  body: '{"time_ms":1700000000000,"events":[{"name":"channel_occupied","channel":"test_channel"}]}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-pusher-key': '278d425bdf160c739803',
      'x-pusher-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
