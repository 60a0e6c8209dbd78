import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const postmark = definePreset({
  id: 'postmark',
  name: 'Postmark',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'MessageID names the mail, ID the bounce', retries: true },
  setup: choosePassword({
    where: 'the server in Postmark, under Webhooks',
  }),
  documentation: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/RecordType' }],
  eventTypes: 'Delivery Bounce SpamComplaint Open Click SubscriptionChange',
});
