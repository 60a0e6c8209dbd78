import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'nuvemshop',
  source: 'https://tiendanube.github.io/api-documentation/resources/webhook',
  secrets: [Buffer.alloc(24, 1).toString('hex'), Buffer.alloc(24, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-linkedstore-hmac-sha256'],
  body: '{"store_id":123456,"event":"order/created","id":5432}',
  sign: ({ body, secret }) => ({
    headers: { 'x-linkedstore-hmac-sha256': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
