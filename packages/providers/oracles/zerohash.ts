import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'zerohash',
  source: 'https://docs.zerohash.com/reference/webhook-security',
  secrets: ['a signing secret of zerohash', 'another signing secret of zerohash'],
  covers: 'body',
  signatureHeaders: ['x-zh-hook-signature', 'x-zh-hook-timestamp'],
  body: '{"participant_code":"ABC123","account_id":"5f6e7d8c-0000-4000-8000-1a2b3c4d5e6f","asset":"BTC","balance":"1.5","timestamp":1700000000000}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'x-zh-hook-payload-type': 'account_balance.changed',
      'x-zh-hook-notification-id': '6a1f0c2d-0000-4000-8000-1a2b3c4d5e6f',
      'x-zh-hook-timestamp': `${nowMs}`,
      'x-zh-hook-signature': createHmac('sha256', secret).update(body).update(`${nowMs}`).digest('hex'),
    },
  }),
};
