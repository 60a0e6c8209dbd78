import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'pylon-solar',
  source:
    'https://getpylon.com/developers/guides/using-webhooks/ (headers as quoted by hookdeck/webhook-skills pylon-webhooks)',
  secrets: ['a signing secret of Pylon', 'another signing secret of Pylon'],
  covers: 'body',
  signatureHeaders: ['pylon-webhook-signature', 'pylon-webhook-timestamp'],
  body: '{"data":{"type":"events","id":"event-1","attributes":{"name":"solar_project.created"}}}',
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
