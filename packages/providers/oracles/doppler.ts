import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'doppler',
  source: 'https://docs.doppler.com/docs/webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-doppler-signature'],
  body: '{"type":"config.secrets.update","config":{"name":"prd","environment":"prd"},"project":{"id":"api","name":"api"},"workplace":{"id":"0f1e2d3c","name":"Acme"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-doppler-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  }),
};
