import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const lithic = definePreset({
  id: 'lithic',
  name: 'Lithic',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/lithic-com/lithic-node/blob/22be597/src/resources/webhooks.ts',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the webhook settings of Lithic', secret: 'the webhook secret (whsec_…)' }),
  documentation: 'https://docs.lithic.com/docs/events-api',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/event_type' }],
});
