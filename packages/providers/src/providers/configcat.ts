import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const configcat = definePreset({
  id: 'configcat',
  name: 'ConfigCat',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/configcat/docs/blob/HEAD/website/docs/advanced/notifications-webhooks.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-configcat-webhook-id' },
    names: 'the request',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'the product in ConfigCat, under Webhooks',
    secret: 'the signing key',
    notes: ['Let the request body be JSON.'],
  }),
  documentation: 'https://configcat.com/docs/advanced/notifications-webhooks/',
  mayBeText: true,
  scheme: {
    signature: { header: 'x-configcat-webhook-signature-v1', separators: ', ' },
    encoding: 'base64',
    message: '{header:x-configcat-webhook-id}{timestamp}{body}',
    timestamp: { header: 'x-configcat-webhook-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
});
