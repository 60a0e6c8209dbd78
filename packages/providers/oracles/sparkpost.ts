import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'sparkpost',
  source: 'SparkPost/support-docs content/docs/tech-resources/webhook-authentication.md',
  secrets: ['sparkpost:a long password of its own', 'sparkpost:another long password of it'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '[{"msys":{"message_event":{"type":"delivery","event_id":"92356927693813856","message_id":"000443ee14578172be22","rcpt_to":"recipient@example.com","timestamp":"1700000000"}}}]',
  sign: ({ secret }) => ({
    headers: {
      'x-messagesystems-batch-id': '0e1a2b3c-0000-4000-8000-1a2b3c4d5e6f',
      authorization: `Basic ${Buffer.from(secret).toString('base64')}`,
    },
  }),
};
