import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'adyen-platform',
  source:
    'github.com/Adyen/adyen-node-api-library src/utils/hmacValidator.ts; https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['hmacsignature'],
  body: '{"data":{"balancePlatform":"AcmePlatform","id":"EVJN4294C3223223F5J9K7Q4PT2H8Z","status":"booked"},"environment":"test","timestamp":"2026-05-24T11:08:56+02:00","type":"balancePlatform.transfer.updated"}',
  sign: ({ body, secret }) => ({
    headers: {
      protocol: 'HmacSHA256',
      hmacsignature: createHmac('sha256', Buffer.from(secret, 'hex')).update(body).digest('base64'),
    },
  }),
};
