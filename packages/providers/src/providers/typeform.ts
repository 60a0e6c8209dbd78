import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const typeform = definePreset({
  id: 'typeform',
  name: 'Typeform',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the webhook',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: chooseSecret({ where: 'the form in Typeform, under Connect, Webhooks', secret: 'the Secret' }),
  documentation: 'https://www.typeform.com/developers/webhooks/',
  scheme: { signature: { header: 'typeform-signature', prefix: 'sha256=' }, encoding: 'base64' },
  type: [{ json: '/event_type' }],
  subject: { json: '/form_response/form_id' },
  time: { json: '/form_response/submitted_at', unit: 'iso' },
  eventTypes: 'form_response form_response_partial',
});
