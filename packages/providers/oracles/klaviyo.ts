import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'klaviyo',
  source: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['klaviyo-timestamp', 'klaviyo-signature'],
  body: '{"data":[{"topic":"event:klaviyo.received_email","external_id":"0f1e2d3c","payload":{"data":{"type":"event","id":"1"}}}],"meta":{"klaviyo_account_id":"abc123","klaviyo_webhook_id":"4b5a6978","timestamp":"2026-05-24T11:08:56+00:00"}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = new Date(nowMs).toUTCString();
    const signature = createHmac('sha256', secret).update(body).update(timestamp).digest('hex');
    return {
      headers: {
        'klaviyo-timestamp': timestamp,
        'klaviyo-webhook-id': '4b5a6978',
        'klaviyo-signature': signature,
      },
    };
  },
};
