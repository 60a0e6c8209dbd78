import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'onfleet',
  source: 'https://docs.onfleet.com/reference/secrets',
  // The secret of the dashboard is hexadecimal.
  secrets: [Buffer.alloc(64, 1).toString('hex'), Buffer.alloc(64, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-onfleet-signature'],
  body: '{"taskId":"LY8XF2BaEmoHvzH9Q4UsjKyo","workerId":"h*wSb*apKlDkUFnuLTtjPke7","actionContext":{"type":"API","id":"1"},"triggerId":1,"triggerName":"taskEta","time":1700000000000,"data":{}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-onfleet-signature': createHmac('sha512', Buffer.from(secret, 'hex')).update(body).digest('hex'),
    },
  }),
};
