import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const increase = definePreset({
  id: 'increase',
  name: 'Increase',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Increase/increase-typescript',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    otherwise: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the Increase dashboard, under Developers, Webhooks',
    secret: 'the shared secret',
    notes: ['The text must be base64, or base64 behind whsec_.'],
  }),
  documentation: 'https://increase.com/documentation/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/category' }],
});
