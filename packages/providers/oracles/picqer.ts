import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'picqer',
  source: 'picqer/picqer-php src/PicqerWebhook.php',
  secrets: ['a long random text of Picqer', 'another random text of Picqer'],
  covers: 'body',
  signatureHeaders: ['x-picqer-signature'],
  body: '{"idhook":201,"name":"Orders","event":"orders.created","event_triggered_at":"2023-11-14 22:13:20","data":{"idorder":1,"orderid":"O2023-10001"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-picqer-signature': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
