import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'coinbase-commerce',
  source:
    'https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security; github.com/coinbase/coinbase-commerce-node lib/Webhook.js',
  secrets: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', '9a0f1e2d-c3b4-a5f6-e7d8-96879a5b4c3d'],
  covers: 'body',
  signatureHeaders: ['x-cc-webhook-signature'],
  body: '{"attempt_number":1,"event":{"id":"24934862-d980-46cb-9402-43c81b0cdba6","type":"charge:created","api_version":"2018-03-22","data":{"code":"66BEOV2A"}},"id":"1","scheduled_for":"2026-05-24T11:08:56Z"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-cc-webhook-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
