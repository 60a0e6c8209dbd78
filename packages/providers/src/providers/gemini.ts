import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const gemini = definePreset({
  id: 'gemini',
  name: 'Google Gemini',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://ai.google.dev/gemini-api/docs/webhooks',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://ai.google.dev/api/webhooks', checkedOn: '2026-11-30' },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: storeReturned({
    where: 'the webhooks API of Gemini (POST /v1beta/webhooks)',
    secret:
      'new_signing_secret of the response, which Google shows only once (rotateSigningSecret creates another)',
    notes: [
      'This provider is for webhooks of the project. For webhooks of a single request, use the provider gemini-dynamic.',
    ],
  }),
  documentation: 'https://ai.google.dev/gemini-api/docs/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
  subject: { json: '/data/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `batch.succeeded batch.expired batch.failed interaction.requires_action interaction.completed
    interaction.failed video.generated`,
});
