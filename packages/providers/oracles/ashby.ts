import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'ashby',
  source: 'https://developers.ashbyhq.com/docs/authenticating-webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['ashby-signature'],
  body: '{"action":"applicationSubmit","data":{"application":{"id":"6f5e4d3c-2b1a-4098-8765-43210fedcba9"}}}',
  sign: ({ body, secret }) => ({
    headers: { 'ashby-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  }),
};
