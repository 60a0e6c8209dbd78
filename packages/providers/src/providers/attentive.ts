import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const attentive = definePreset({
  id: 'attentive',
  name: 'Attentive',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.attentive.com/pages/webhooks/webhook-payloads',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.attentive.com/pages/webhooks/webhook-authentication',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.attentive.com/pages/webhooks/best-practices/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    // Retries continue for three days; the body contains the subscriber and the time in milliseconds.
    id: [{ json: '/timestamp' }, { hash: 'body' }],
    names: 'the event; the hashed bytes contain its time in milliseconds',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: copySecret({
    where: 'the settings of your custom app in Attentive, under Webhooks',
    secret: 'the signing key',
  }),
  documentation: 'https://docs.attentive.com/pages/webhooks/create-and-manage-webhooks',
  scheme: { signature: { header: 'x-attentive-hmac-sha256' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  source: [{ json: '/company/company_id' }],
  subject: { json: '/subscriber/external_id' },
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: `sms.subscribed sms.unsubscribed sms.sent sms.message_link_click phone.unsubscribed
    email.subscribed email.unsubscribed email.message_link_click email.opened custom_attribute.set`,
});
