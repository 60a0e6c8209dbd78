import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'uber',
  source: 'https://developer.uber.com/docs/eats/guides/webhooks',
  secrets: ['the client secret of the app', 'another client secret of it'],
  covers: 'body',
  signatureHeaders: ['x-uber-signature'],
  body: '{"event_type":"orders.notification","event_id":"c4d2261e-2779-4eb6-beb0-cb41235c751e","event_time":1700000000,"meta":{"resource_id":"153dd7f1-339d-4619-940c-418943c14636","status":"pos","user_id":"89dd9741-66b5-4bb4-b216-a813f3b21b4f"},"resource_href":"https://api.uber.com/v2/eats/order/153dd7f1"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-environment': 'production',
      'x-uber-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
