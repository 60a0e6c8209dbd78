import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'recharge',
  source:
    'https://changelog.getrecharge.com/webhook-signatures-now-support-timestamp-verification-4jEmOs and https://docs.getrecharge.com/docs/webhooks-overview',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-recharge-webhook-signature'],
  body: '{"charge":{"id":549646940,"status":"success","customer":{"id":101},"created_at":"2023-11-14T22:13:20+00:00"}}',
  toleranceSeconds: 172_800,
  sign: ({ body, nowMs, secret }) => {
    const seconds = nowMs / 1000;
    const hash = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
    return {
      headers: {
        'x-recharge-topic': 'charge/paid',
        'x-recharge-webhook-timestamp': `${seconds}`,
        'x-recharge-webhook-signature': `t=${seconds},v1=${hash}`,
      },
    };
  },
};
