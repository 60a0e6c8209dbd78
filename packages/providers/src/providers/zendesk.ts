import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const zendesk = definePreset({
  id: 'zendesk',
  name: 'Zendesk',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.zendesk.com/documentation/webhooks/anatomy-of-a-webhook-request/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-zendesk-webhook-invocation-id' },
    names: 'one call of a webhook; /id comes from the template of a trigger',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Zendesk Admin Center, under Apps and integrations, Webhooks',
    secret: 'the signing secret',
    notes: [
      'For a webhook of triggers and automations, choose JSON as the format. A member "type" becomes the type of the event. Hookline refuses the test before the webhook is saved, because Zendesk signs it with another secret.',
    ],
  }),
  documentation: 'https://developer.zendesk.com/documentation/webhooks/',
  methods: ['POST', 'PUT', 'PATCH'],
  mayBeText: true,
  scheme: {
    signature: { header: 'x-zendesk-webhook-signature' },
    encoding: 'base64',
    message: '{timestamp}{body}',
    timestamp: {
      header: 'x-zendesk-webhook-signature-timestamp',
      unit: 'iso',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  // Triggers and automations send the text of their template, with or without a type.
  type: [{ json: '/type', otherwise: 'trigger' }],
  source: [{ header: 'x-zendesk-account-id' }],
  subject: { json: '/subject' },
  time: { json: '/time', unit: 'iso' },
  eventTypes: `trigger zen:event-type:ticket.created zen:event-type:ticket.status_changed
    zen:event-type:ticket.comment_added zen:event-type:ticket.priority_changed zen:event-type:user.created
    zen:event-type:user.deleted zen:event-type:organization.created zen:event-type:organization.deleted
    zen:event-type:article.published zen:event-type:article.unpublished`,
  answerWithinMs: 10_000,
});
