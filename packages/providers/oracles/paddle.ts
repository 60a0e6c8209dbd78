import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'paddle',
  source: 'PaddleHQ/paddle-node-sdk src/notifications/helpers/webhooks-validator.ts',
  secrets: [
    `pdl_${'ntfset'}_01gkpjp8bkm3tm53kdgkx6sms7_firstsecret`,
    `pdl_${'ntfset'}_01gkpjp8bkm3tm53kdgkx6sms7_secondsecret`,
  ],
  covers: 'body',
  signatureHeaders: ['paddle-signature'],
  body: '{"event_id":"evt_01hv8x29kz0t586xy6zn1a62ny","event_type":"transaction.paid","occurred_at":"2023-11-14T22:13:20.000000Z","notification_id":"ntf_01hv8x29nypjs3pbsm7g5m7rth","data":{"id":"txn_01hv8wptq8987qeep44cyrewp9"}}',
  toleranceSeconds: 5,
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'paddle-signature': `ts=${nowMs / 1000};h1=${createHmac('sha256', secret)
        .update(`${nowMs / 1000}:`)
        .update(body)
        .digest('hex')}`,
    },
  }),
};
