import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const mailgun = definePreset({
  id: 'mailgun',
  name: 'Mailgun',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/mailgun/mailgun-go/blob/HEAD/webhooks.go',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/event-data/id' },
    names: 'the event',
    unique: 'account',
    uniqueSeconds: 86_400,
    stable: true,
    retries: true,
    retriesForSeconds: 27_000,
  },
  setup: useKey({
    where: 'the Mailgun control panel, under Send, Webhooks',
    secret: 'the HTTP webhook signing key',
    notes: ['Routes forward messages as forms: Hookline refuses them.'],
  }),
  documentation: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/',
  caution:
    'Mailgun signs a time and a token, not the event: anyone who sees one request can send other events with its signature for some hours.',
  scheme: {
    signature: { json: '/signature/signature' },
    encoding: 'hex',
    message: '{timestamp}{json:/signature/token}',
    // Mailgun retries for seven and a half hours, recommends a wide window, and does not document the meaning of the
    // timestamp.
    timestamp: { json: '/signature/timestamp', dates: 'unknown', toleranceSeconds: 30_000 },
    bodyNotCovered: true,
  },
  type: [{ json: '/event-data/event' }],
  subject: { json: '/event-data/recipient' },
  time: { json: '/event-data/timestamp', unit: 's' },
  eventTypes:
    'accepted rejected delivered failed opened clicked unsubscribed complained stored list_member_uploaded list_member_upload_error list_uploaded',
});
