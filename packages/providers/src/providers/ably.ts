import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const ably = definePreset({
  id: 'ably',
  name: 'Ably',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://ably.com/docs/platform/integrations/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'a batch is sent again with newer items in it', retries: true },
  setup: useKey({
    where: 'the Ably dashboard, under Integrations, Webhook',
    secret: 'the secret part of the API key (behind the colon)',
    notes: ['Choose that the webhook is signed with that key.'],
  }),
  documentation: 'https://ably.com/docs/platform/integrations/webhooks',
  scheme: { signature: { header: 'x-ably-signature' }, encoding: 'base64' },
  type: [{ json: '/source' }],
});
