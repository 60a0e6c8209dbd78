import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const configcat = definePreset({
  id: 'configcat',
  name: 'ConfigCat',
  evidence: [
    {
      kind: 'published-vector',
      source:
        'https://github.com/configcat/docs/blob/master/website/docs/advanced/notifications-webhooks.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://configcat.com/docs/advanced/notifications-webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-configcat-webhook-id' },
    // "Different for every request", so maybe for every retry; equal bodies are no repeats, as flags go back and forth.
    names: 'the request',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'the product in ConfigCat, under Webhooks',
    secret: 'the signing key',
    notes: [
      'Choose POST as the HTTP method.',
      'The request body is yours to define. Let it be JSON: ##ChangeDetails## stands for what changed.',
    ],
  }),
  documentation: 'https://configcat.com/docs/advanced/notifications-webhooks/',
  mayBeText: true,
  type: [{ text: 'changed' }],
  eventTypes: 'changed',
  scheme: {
    signature: { header: 'x-configcat-webhook-signature-v1', separators: ', ' },
    encoding: 'base64',
    message: '{header:x-configcat-webhook-id}{timestamp}{body}',
    timestamp: { header: 'x-configcat-webhook-timestamp', dates: 'attempt', toleranceSeconds: 300 },
  },
});
