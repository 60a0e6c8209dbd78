import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'attentive',
  source:
    'https://docs.attentive.com/pages/webhooks/webhook-authentication; https://docs.attentive.com/pages/webhooks/webhook-payloads',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-attentive-hmac-sha256'],
  body: '{"type":"sms.subscribed","timestamp":1748077736000,"company":{"display_name":"Acme","company_id":"MTIzNA"},"subscriber":{"phone":"+15555550100","external_id":"1"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-attentive-hmac-sha256': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
