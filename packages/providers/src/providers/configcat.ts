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
    // "Different for every request", so possibly for every retry. Equal bodies are not repeats: a flag may change back.
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
      'You define the request body. Use JSON. ##ChangeDetails## stands for the changes.',
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
