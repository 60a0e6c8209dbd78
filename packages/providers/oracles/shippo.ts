import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'shippo',
  source: 'https://docs.goshippo.com/docs/tracking/webhook-security/',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['shippo-auth-signature'],
  body: '{"event":"track_updated","test":false,"data":{"carrier":"usps","tracking_number":"9205590164917312751089","tracking_status":{"status":"DELIVERED","status_date":"2023-11-14T22:13:20Z"}}}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'shippo-auth-signature': `t=${nowMs / 1000},v1=${createHmac('sha256', secret)
        .update(`${nowMs / 1000}.`)
        .update(body)
        .digest('hex')}`,
    },
  }),
};
