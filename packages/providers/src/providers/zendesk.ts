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
    names: 'one call of a webhook; /id is what the template of a trigger puts there',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Zendesk Admin Center, under Apps and integrations, Webhooks',
    secret: 'the signing secret',
    notes: [
      'Of a webhook that triggers and automations call, choose JSON as the format; a member "type" in it gives events their types. The test before the webhook is saved is signed with a secret of its own, and refused here.',
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
  // Triggers and automations send what their template says, with a type or without.
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
