import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const sendbird = definePreset({
  id: 'sendbird',
  name: 'Sendbird',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the Sendbird dashboard, under Settings, Webhooks',
    secret: 'the master API token',
  }),
  documentation: 'https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview',
  scheme: { signature: { header: 'x-sendbird-signature' }, encoding: 'hex' },
  type: [{ json: '/category' }],
});
