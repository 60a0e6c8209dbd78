import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const gemini = definePreset({
  id: 'gemini',
  name: 'Google Gemini',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://ai.google.dev/gemini-api/docs/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the webhook settings of Google Gemini',
    secret: 'the signing secret (whsec_…)',
    notes: [
      'Only webhooks of the project are understood here: those named in a single request are signed another way.',
    ],
  }),
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
});
