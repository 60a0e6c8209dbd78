import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'cloudflare-stream',
  source:
    'https://github.com/cloudflare/cloudflare-docs src/content/docs/stream/manage-video-library/using-webhooks.mdx',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['webhook-signature'],
  body: '{"uid":"dd5d531a12de0c724bd1275a3b2bc9c6","readyToStream":true,"status":{"state":"ready"},"meta":{},"created":"2026-05-24T11:08:56.000Z"}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { headers: { 'webhook-signature': `time=${timestamp},sig1=${signature}` } };
  },
};
