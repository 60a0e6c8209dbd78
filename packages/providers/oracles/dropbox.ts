import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'dropbox',
  source: 'https://www.dropbox.com/developers/reference/webhooks',
  secrets: ['madeupapp000001', 'madeupapp000002'],
  covers: 'body',
  signatureHeaders: ['x-dropbox-signature'],
  body: '{"list_folder":{"accounts":["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]},"delta":{"users":[12345678]}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-dropbox-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
