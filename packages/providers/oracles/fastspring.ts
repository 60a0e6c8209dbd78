import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'fastspring',
  source: 'https://developer.fastspring.com/docs/message-security',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-fs-signature'],
  body: '{"events":[{"id":"Y4Vjj4ySTEe6S5AGPzp7lw","live":false,"processed":false,"type":"order.completed","created":1748077736000,"data":{"order":"0f1e2d3c"}}]}',
  sign: ({ body, secret }) => ({
    headers: { 'x-fs-signature': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
