import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const lithic = definePreset({
  id: 'lithic',
  name: 'Lithic',
  evidence: ['official-sdk', 'registry'],
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
