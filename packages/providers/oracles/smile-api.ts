import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'smile-api',
  source: 'https://docs.getsmileapi.com/reference/webhooks',
  secrets: ['a long random text of Smile', 'another random text of Smile'],
  covers: 'body',
  signatureHeaders: ['smile-signature'],
  body: '{"type":"ACCOUNT_CONNECTED","id":"evt-1","createdAt":"2023-11-14T22:13:20Z","data":{"accountId":"a-1","userId":"tenant-1"}}',
  sign: ({ body, secret }) => ({
    headers: { 'smile-signature': createHmac('sha512', secret).update(body).digest('hex') },
  }),
};
