import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'tiktok',
  source: 'https://developers.tiktok.com/doc/webhooks-verification',
  secrets: ['the client secret of the app', 'another client secret of it'],
  covers: 'body',
  signatureHeaders: ['tiktok-signature'],
  body: '{"client_key":"bwo2m45353a6k85","event":"video.publish.completed","create_time":1700000000,"user_openid":"act.example12345Example12345Example","content":"{\\"share_id\\":\\"video.6974245311675353080.VDCxrcMJ\\"}"}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'tiktok-signature': `t=${nowMs / 1000},s=${createHmac('sha256', secret)
        .update(`${nowMs / 1000}.`)
        .update(body)
        .digest('hex')}`,
    },
  }),
};
