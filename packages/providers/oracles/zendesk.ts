import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'zendesk',
  source: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  secrets: [Buffer.alloc(30, 1).toString('base64'), Buffer.alloc(30, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['x-zendesk-webhook-signature', 'x-zendesk-webhook-signature-timestamp'],
  body: '{"type":"zen:event-type:ticket.created","account_id":12514403,"id":"2b24ef10-19ef-4f3d-8fd3-1f1a0f1d2c3b","time":"2023-11-14T22:13:20.000000000Z","zendesk_event_version":"2022-06-20","subject":"zen:ticket:1","detail":{"id":"1"},"event":{}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = new Date(nowMs).toISOString().replace('.000', '');
    return {
      headers: {
        'x-zendesk-account-id': '12514403',
        'x-zendesk-webhook-id': '01GFXGBVBQ4CVJ2C3ZYEJ5YVJ5',
        'x-zendesk-webhook-invocation-id': '01GFXGC1JMWQ7XQ3YV8XJ3J0QH',
        'x-zendesk-webhook-signature-timestamp': timestamp,
        'x-zendesk-webhook-signature': createHmac('sha256', secret)
          .update(timestamp)
          .update(body)
          .digest('base64'),
      },
    };
  },
};
