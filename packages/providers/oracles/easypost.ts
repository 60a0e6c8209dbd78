import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'easypost',
  source:
    'github.com/EasyPost/easypost-node src/utils/util.js; https://docs.easypost.com/guides/webhooks-guide',
  secrets: ['sécret with an accent', 'another sécret with an accent'],
  covers: 'body',
  signatureHeaders: ['x-hmac-signature'],
  body: '{"description":"batch.created","mode":"test","previous_attributes":{"state":"purchasing"},"pending_urls":[],"completed_urls":[],"created_at":"2026-05-24T11:08:56Z","result":{"id":"batch_1","object":"Batch"},"id":"evt_1","object":"Event"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-hmac-signature': `hmac-sha256-hex=${createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex')}`,
    },
  }),
};
