import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const zendesk = definePreset({
  id: 'zendesk',
  name: 'Zendesk',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.zendesk.com/documentation/webhooks/anatomy-of-a-webhook-request',
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
  }),
  documentation: 'https://developer.zendesk.com/documentation/webhooks/',
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
  type: [{ json: '/type' }],
  time: { json: '/time', unit: 'iso' },
  eventTypes: `zen:event-type:ticket.created zen:event-type:ticket.status_changed
    zen:event-type:ticket.comment_added zen:event-type:ticket.priority_changed zen:event-type:user.created
    zen:event-type:user.deleted zen:event-type:organization.created zen:event-type:organization.deleted
    zen:event-type:article.published zen:event-type:article.unpublished`,
  answerWithinMs: 12_000,
});
