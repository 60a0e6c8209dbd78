import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const notion = definePreset({
  id: 'notion',
  name: 'Notion',
  evidence: ['official-sdk'],
  setup: useKey({
    where: 'the integration settings of Notion, under Webhooks',
    secret: 'the verification token of the subscription',
    notes: [
      'Notion sends the verification token unsigned, once, to the address of the subscription. Hookline learns no secret from a stranger: let it be sent to an address where you can read it, store it here, and then change the address.',
    ],
  }),
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: { signature: { header: 'x-notion-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  deliveryId: { json: '/id' },
});
