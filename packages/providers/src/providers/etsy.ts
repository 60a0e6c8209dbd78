import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const etsy = definePreset({
  id: 'etsy',
  name: 'Etsy',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.etsy.com/documentation/essentials/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the call of the webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the developer portal of Etsy', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://developers.etsy.com/documentation',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/event_type' }],
});
