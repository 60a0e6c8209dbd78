import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const calendly = definePreset({
  id: 'calendly',
  name: 'Calendly',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.calendly.com/docs/webhooks/overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'the uri names the invitee', retries: true },
  setup: chooseSecret({ where: 'the webhook subscriptions API of Calendly', secret: 'the signing key' }),
  documentation: 'https://developer.calendly.com/api-docs/docs/webhook-signatures',
  scheme: {
    signature: { header: 'calendly-webhook-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'calendly-webhook-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 180,
    },
  },
  type: [{ json: '/event' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `invitee.created invitee.canceled invitee_no_show.created invitee_no_show.deleted
    routing_form_submission.created`,
});
