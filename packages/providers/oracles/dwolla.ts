import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'dwolla',
  source: 'https://developers.dwolla.com/docs/balance/webhook-events',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-request-signature-sha-256'],
  body: '{"id":"80d8ff7d-7e5a-4975-ade8-9e97306d6c15","resourceId":"36e9dcb2-889b-4873-8e52-0c9404ea002a","topic":"customer_created","timestamp":"2026-05-24T11:08:56.000Z","_links":{"self":{"href":"https://api-sandbox.dwolla.com/events/80d8ff7d"}}}',
  contentType: 'application/json; charset=UTF-8',
  sign: ({ body, secret }) => ({
    headers: {
      'x-dwolla-topic': 'customer_created',
      'x-request-signature-sha-256': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
