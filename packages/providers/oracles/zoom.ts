import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'zoom',
  source: 'https://developers.zoom.us/docs/api/webhooks/#verify-with-zooms-header',
  secrets: ['the-Secret-Token-of-the-app', 'another-Secret-Token-of-it'],
  covers: 'body',
  signatureHeaders: ['x-zm-signature', 'x-zm-request-timestamp'],
  body: '{"event":"meeting.started","payload":{"account_id":"AAAAAABBBB","object":{"duration":60,"start_time":"2023-11-14T22:13:20Z","id":"1234567890","uuid":"4444AAAiAAAAAiAiAiiAii==","type":2}},"event_ts":1700000000000}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'x-zm-request-timestamp': `${nowMs / 1000}`,
      'x-zm-signature': `v0=${createHmac('sha256', secret)
        .update(`v0:${nowMs / 1000}:`)
        .update(body)
        .digest('hex')}`,
    },
  }),
};
