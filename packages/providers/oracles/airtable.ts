import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'airtable',
  source:
    'https://airtable.com/developers/web/api/webhooks-overview; github.com/gtalarico/pyairtable WebhookNotification.from_request',
  secrets: [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['x-airtable-content-mac'],
  body: '{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2026-05-24T11:08:56.000Z"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-airtable-content-mac': `hmac-sha256=${createHmac('sha256', Buffer.from(secret, 'base64')).update(body).digest('hex')}`,
    },
  }),
};
