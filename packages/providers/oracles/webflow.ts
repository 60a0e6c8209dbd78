import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'webflow',
  source:
    'https://developers.webflow.com/data/docs/working-with-webhooks and webflow/js-webflow-api src/wrapper/WebhooksClient.ts',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-webflow-signature', 'x-webflow-timestamp'],
  body: '{"triggerType":"form_submission","payload":{"name":"Contact Us","siteId":"65427cf400e02b306eaa049c","data":{"First Name":"Zaphod"},"submittedAt":"2023-11-14T22:13:20.000Z","id":"6321ca84df3949bfc6752327"}}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'x-webflow-timestamp': `${nowMs}`,
      'x-webflow-signature': createHmac('sha256', secret).update(`${nowMs}:`).update(body).digest('hex'),
    },
  }),
};
