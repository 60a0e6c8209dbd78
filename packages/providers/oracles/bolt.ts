import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'bolt',
  source: 'https://help.bolt.com/developers/webhooks/hook-verification',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-bolt-hmac-sha256'],
  body: '{"object":"transaction","data":{"type":"payment","id":"TAbc","reference":"6QGY-DVR4-LBUF"},"type":"auth"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-bolt-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
