import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'nylas',
  source: 'https://developer.nylas.com/docs/v3/notifications/ and nylas/nylas-nodejs src/models/webhooks.ts',
  secrets: ['a webhook secret of Nylas', 'another webhook secret of Nylas'],
  covers: 'body',
  signatureHeaders: ['x-nylas-signature'],
  body: '{"specversion":"1.0","type":"message.created","source":"/google/emails/realtime","id":"mzp1QPJw5sQ7aPmBRDxF2","time":1700000000,"webhook_delivery_attempt":1,"data":{"application_id":"app","object":{"id":"m1","grant_id":"g1"}}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-nylas-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
