import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'square',
  source: 'https://developer.squareup.com/docs/webhooks/step3validate',
  secrets: ['a signature key of Square', 'another signature key of Square'],
  covers: 'body',
  signatureHeaders: ['x-square-hmacsha256-signature'],
  body: '{"merchant_id":"MLEFBHHSJGVHD","type":"payment.updated","event_id":"6a8f5f28-54a1-4eb0-a98a-3111513fd4fc","created_at":"2023-11-14T22:13:20.000Z","data":{"type":"payment","id":"hYy9pRFVxpDsO1FB05SunFWUe9JZY"}}',
  sign: ({ body, url, secret }) => ({
    headers: {
      'square-environment': 'Production',
      'x-square-hmacsha256-signature': createHmac('sha256', secret).update(url).update(body).digest('base64'),
    },
  }),
};
