import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'airship',
  source:
    'https://support.airship.com/hc/en-us/articles/360032501831; https://docs.airship.com/platform/open/open-delivery-payload',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-ua-timestamp', 'x-ua-signature'],
  body: '{"values":[{"send_id":"7c9f6d3e-1f40-4b9f-a4d5-1f0e2d3c4b5a","channel_id":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","payload":{"alert":"Hello"}}]}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest('hex');
    return { headers: { 'x-ua-timestamp': timestamp, 'x-ua-signature': signature } };
  },
};
