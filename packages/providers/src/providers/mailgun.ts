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
  ],
  identity: {
    id: { json: '/event-data/id' },
    names: 'the event',
    unique: 'account',
    uniqueSeconds: 86_400,
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the Mailgun control panel, under Send, Webhooks',
    secret: 'the HTTP webhook signing key',
  }),
  documentation: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/',
  caution:
    'Mailgun signs a time and a token and not the event: whoever sees one request can send others with its signature for some minutes.',
  scheme: {
    signature: { json: '/signature/signature' },
    encoding: 'hex',
    message: '{timestamp}{json:/signature/token}',
    timestamp: { json: '/signature/timestamp', dates: 'unknown', toleranceSeconds: 300 },
    bodyNotCovered: true,
  },
  type: [{ json: '/event-data/event' }],
  time: { json: '/event-data/timestamp', unit: 's' },
  eventTypes: 'accepted rejected delivered failed opened clicked unsubscribed complained stored',
});
