import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const tally = definePreset({
  id: 'tally',
  name: 'Tally',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.tally.so/api-reference/endpoint/webhooks/post.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.tally.so/api-reference/endpoint/webhooks/events/retry.md',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://tally.so/help/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/eventId' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
    // After 5 min, 30 min, 1 h, 6 h and 24 h.
    retriesForSeconds: 113_700,
  },
  setup: chooseSecret({
    where: 'the form in Tally, under Integrations, Webhooks',
    secret: 'the signing secret',
    notes: ['Without a signing secret Tally does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://tally.so/help/webhooks',
  scheme: { signature: { header: 'tally-signature' }, encoding: 'base64' },
  type: [{ json: '/eventType' }],
  subject: { json: '/data/formId' },
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: 'FORM_RESPONSE',
});
