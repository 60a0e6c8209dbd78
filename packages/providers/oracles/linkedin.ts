import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'linkedin',
  source: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation',
  secrets: ['MadeUpSecret0001', 'MadeUpSecret0002'],
  covers: 'body',
  signatureHeaders: ['x-li-signature'],
  body: '{"type":"ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS","notifications":[{"notificationId":123456,"action":"COMMENT","organizationalEntity":"urn:li:organization:2414183","lastModifiedAt":1748077736000}]}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-li-signature': createHmac('sha256', secret).update('hmacsha256=').update(body).digest('hex'),
    },
  }),
};
