import { definePreset } from '../presets/define-preset.ts';

export const notion = definePreset({
  id: 'notion',
  name: 'Notion',
  evidence: ['official-sdk'],
  setup: [
    'In the integration settings of Notion, under Webhooks, add a subscription with an address where you can read what comes.',
    'Notion sends the verification token there, unsigned. Store it here as the secret of this source: Hookline itself learns no secret from a stranger.',
    'Change the address of the subscription to that of this source, and verify it with the token.',
  ],
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: { signature: { header: 'x-notion-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  deliveryId: { json: '/id' },
});
