import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const postmark = definePreset({
  id: 'postmark',
  name: 'Postmark',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/ActiveCampaign/postmark-skills/blob/HEAD/postmark-webhooks/references/security.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/ActiveCampaign/postmark-skills/blob/HEAD/postmark-inbound/references/payload-structure.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'MessageID identifies the e-mail, and ID the bounce',
    retries: true,
    retriesForSeconds: 37_800,
  },
  setup: choosePassword({
    where:
      'the server in Postmark, under Webhooks, or as the inbound webhook in the settings of its inbound stream',
  }),
  documentation: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  scheme: { token: { authorization: 'basic' } },
  // Only inbound e-mail has no RecordType.
  type: [{ json: '/RecordType', otherwise: 'Inbound' }],
  source: [{ json: '/ServerID' }],
  subject: { json: '/MessageID' },
  time: [
    { json: '/DeliveredAt', unit: 'iso' },
    { json: '/BouncedAt', unit: 'iso' },
    { json: '/ReceivedAt', unit: 'iso' },
    { json: '/ChangedAt', unit: 'iso' },
  ],
  eventTypes: 'Delivery Bounce SpamComplaint Open Click SubscriptionChange Inbound',
  harmfulStatuses: { effects: { 403: 'ends the retries' }, instead: 401 },
});
