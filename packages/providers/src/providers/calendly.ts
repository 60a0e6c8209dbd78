import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const calendly = definePreset({
  id: 'calendly',
  name: 'Calendly',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.calendly.com/docs/webhooks/overview',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'the uri identifies the invitee', retries: true },
  setup: chooseSecret({
    where: 'the webhook subscriptions API of Calendly',
    secret: 'the signing_key',
    notes: [
      'Without a signing_key Calendly does not sign, and Hookline refuses its requests. For an OAuth app Calendly generates the key and returns it.',
    ],
  }),
  documentation: 'https://developer.calendly.com/docs/webhooks/overview',
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
  source: [{ json: '/created_by' }],
  subject: { json: '/payload/uri' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `invitee.created invitee.canceled invitee_no_show.created invitee_no_show.deleted
    routing_form_submission.created`,
  answerWithinMs: 15_000,
  harmfulStatuses: { effects: { 410: 'deletes the subscription' }, instead: 404 },
});
