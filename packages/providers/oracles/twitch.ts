import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'twitch',
  source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  secrets: ['a-long-random-text-of-Twitch', 'another-random-text-of-Twitch'],
  covers: 'body',
  signatureHeaders: [
    'twitch-eventsub-message-id',
    'twitch-eventsub-message-timestamp',
    'twitch-eventsub-message-signature',
  ],
  body: '{"subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4","status":"enabled","type":"channel.follow","version":"2","cost":1,"condition":{"broadcaster_user_id":"12826"},"transport":{"method":"webhook","callback":"https://hooks.example.com/in/1"},"created_at":"2023-11-14T20:00:00.000000000Z"},"event":{"user_id":"1337","user_login":"awesome_user"}}',
  toleranceSeconds: 600,
  sign: ({ body, nowMs, secret }) => {
    const id = 'e76c6bd4-55c9-4987-8304-da1588d8988b';
    const timestamp = new Date(nowMs).toISOString().replace('.000Z', '.000000123Z');
    return {
      headers: {
        'twitch-eventsub-message-id': id,
        'twitch-eventsub-message-retry': '0',
        'twitch-eventsub-message-type': 'notification',
        'twitch-eventsub-message-timestamp': timestamp,
        'twitch-eventsub-message-signature': `sha256=${createHmac('sha256', secret).update(`${id}${timestamp}`).update(body).digest('hex')}`,
        'twitch-eventsub-subscription-type': 'channel.follow',
        'twitch-eventsub-subscription-version': '2',
      },
    };
  },
};
