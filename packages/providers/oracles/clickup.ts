import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'clickup',
  source: 'https://developer.clickup.com/docs/webhooksignature',
  secrets: [
    'MADEUPSECRETOFCLICKUP0000000000000000000000000000000000000000AAA1',
    'MADEUPSECRETOFCLICKUP0000000000000000000000000000000000000000AAA2',
  ],
  covers: 'body',
  signatureHeaders: ['x-signature'],
  body: '{"event":"taskCreated","task_id":"1vj37mc","webhook_id":"7fa3ec74-69a8-4530-a251-8a13730bd204","history_items":[]}',
  sign: ({ body, secret }) => ({
    headers: { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
