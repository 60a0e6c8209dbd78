import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'flexport',
  source:
    'https://apidocs.flexport.com/v2/tag/Webhook-Endpoints/; https://www.skills.sh/hookdeck/webhook-skills/flexport-webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-hub-signature-256'],
  body: '{"_object":"/event","id":1,"type":"/shipment#created","occurred_at":"2026-05-24T11:08:56.000Z","data":{"resource":{"id":2}}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  }),
};
