import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'commercelayer',
  source:
    'https://docs.commercelayer.io/developers/callbacks-security; https://docs.commercelayer.io/core/real-time-webhooks',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-commercelayer-signature'],
  body: '{"data":{"id":"wBXVhKzrnq","type":"orders","attributes":{"number":"1234","status":"placed"}}}',
  contentType: 'application/vnd.api+json',
  sign: ({ body, secret }) => ({
    headers: {
      'x-commercelayer-topic': 'orders.place',
      'x-commercelayer-signature': createHmac('sha256', secret).update(body).digest('base64'),
    },
  }),
};
