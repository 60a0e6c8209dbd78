import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const liveblocks = definePreset({
  id: 'liveblocks',
  name: 'Liveblocks',
  evidence: [
    { kind: 'official-sdk', source: 'https://liveblocks.io/docs/platform/webhooks', checkedOn: '2026-11-29' },
    {
      kind: 'official-docs',
      source: 'https://liveblocks.io/docs/platform/webhooks',
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
    where: 'the project in the Liveblocks dashboard, under Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://liveblocks.io/docs/platform/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
});
