import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'akeneo',
  source: 'https://api.akeneo.com/events-documentation/security.html',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-akeneo-request-timestamp', 'x-akeneo-request-signature'],
  body: '{"events":[{"action":"product.created","event_id":"4a4f5c5e-7ab2-4b4e-9f75-7a9b3e0a0f0d","event_datetime":"2026-05-24T11:08:56+00:00","author":"julia","author_type":"ui","pim_source":"https://demo.example.com","data":{"resource":{"identifier":"1004114"}}}]}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { headers: { 'x-akeneo-request-timestamp': timestamp, 'x-akeneo-request-signature': signature } };
  },
};
