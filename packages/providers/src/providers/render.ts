import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const render = definePreset({
  id: 'render',
  name: 'Render',
  evidence: [{ kind: 'official-docs', source: 'https://render.com/docs/webhooks', checkedOn: '2026-11-29' }],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Render dashboard, under Integrations, Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://render.com/docs/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
});
