import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const loops = definePreset({
  id: 'loops',
  name: 'Loops',
  evidence: [{ kind: 'secondary', source: 'https://loops.so/docs/webhooks', checkedOn: '2026-11-29' }],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: 'unknown',
  },
  setup: copySecret({ where: 'the Loops settings, under Webhooks', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://loops.so/docs/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/eventName' }],
});
