import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const shipbob = definePreset({
  id: 'shipbob',
  name: 'ShipBob',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.shipbob.com/experimental/webhooks',
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
  setup: copySecret({ where: 'the webhook settings of ShipBob', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://developer.shipbob.com',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ header: 'x-webhook-topic' }],
});
