import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const signature = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export const oracle: Oracle = {
  provider: 'cronofy',
  source:
    'https://docs.cronofy.com/developers/push-notifications/authentication/; github.com/cronofy/cronofy-ruby lib/cronofy/client.rb',
  secrets: ['CRN_made_up_client_secret_1', 'CRN_made_up_client_secret_2'],
  covers: 'body',
  signatureHeaders: ['cronofy-hmac-sha256'],
  body: '{"notification":{"type":"change","changes_since":"2026-05-24T11:08:56Z"},"channel":{"channel_id":"chn_54cf7c7cb4ad4c1027000001","callback_url":"https://hooks.example.com/in/1"}}',
  variants: {
    'in a list with the signature of another client secret': ({ body, secret }) => ({
      headers: { 'cronofy-hmac-sha256': `${signature(body, secret)},${signature(body, 'CRN_other')}` },
    }),
  },
  sign: ({ body, secret }) => ({ headers: { 'cronofy-hmac-sha256': signature(body, secret) } }),
};
