import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'checkr',
  source: 'https://docs.checkr.com/apis/webhooks',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-checkr-signature'],
  body: '{"id":"507f1f77bcf86cd799439011","object":"event","type":"report.completed","created_at":"2026-05-24T11:08:56Z","webhook_url":"https://hooks.example.com/in/1","data":{"object":{"id":"4722c07dd9a10c3985ae432a","object":"report"}}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-checkr-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
