import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'intercom',
  source: 'https://developers.intercom.com/docs/webhooks/webhook-notifications',
  secrets: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', '9a0f1e2d-c3b4-a5f6-e7d8-96879a5b4c3d'],
  covers: 'body',
  signatureHeaders: ['x-hub-signature'],
  body: '{"type":"notification_event","app_id":"a86dr8yl","data":{"type":"notification_event_data","item":{"type":"conversation","id":"1"}},"links":{},"id":"notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3","topic":"conversation.user.created","delivery_attempts":1,"created_at":1748077736}',
  sign: ({ body, secret }) => ({
    headers: { 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}` },
  }),
};
