import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'smartcar',
  source: 'https://smartcar.com/docs and smartcar/node-sdk index.js',
  secrets: ['the application management token', 'another management token'],
  covers: 'body',
  signatureHeaders: ['sc-signature'],
  body: '{"eventId":"6a1f0c2d-0000-4000-8000-1a2b3c4d5e6f","eventType":"VEHICLE_STATE","data":{"user":{"id":"u1"},"vehicle":{"id":"v1"},"signals":[]},"meta":{"version":"4.0","deliveryId":"d1","deliveredAt":1700000000000,"webhookId":"w1"}}',
  sign: ({ body, secret }) => ({
    headers: { 'sc-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
