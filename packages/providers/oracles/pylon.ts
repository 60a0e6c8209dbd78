import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'pylon',
  source:
    'the documentation of API webhook destinations (headers as quoted by hookdeck/webhook-skills pylon-webhooks)',
  secrets: ['a signing secret of Pylon', 'another signing secret of Pylon'],
  covers: 'body',
  signatureHeaders: ['pylon-webhook-signature', 'pylon-webhook-timestamp'],
  body: '{"event_type":"issue.created","data":{"id":"issue_1","title":"Login is broken"}}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'pylon-webhook-version': '2021-07',
      'pylon-webhook-timestamp': `${nowMs / 1000}`,
      'pylon-webhook-signature': `hs256=${createHmac('sha256', secret)
        .update(`${nowMs / 1000}.`)
        .update(body)
        .digest('hex')}`,
    },
  }),
};
