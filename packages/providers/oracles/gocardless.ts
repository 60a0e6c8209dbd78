import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'gocardless',
  source:
    'https://support.gocardless.com article 360000989989; https://developer.gocardless.com/partners/webhooks-for-partners',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['webhook-signature'],
  body: '{"events":[{"id":"EV123","created_at":"2026-05-24T11:08:56.000Z","resource_type":"payments","action":"confirmed","links":{"payment":"PM123"}}],"meta":{"webhook_id":"WB123"}}',
  sign: ({ body, secret }) => ({
    headers: { 'webhook-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
