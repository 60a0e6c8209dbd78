import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const anthropic = definePreset({
  id: 'anthropic',
  aliases: ['claude'],
  name: 'Anthropic',
  evidence: ['official-sdk'],
  setup: copySecret({ where: 'the Claude Console, under Webhooks', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://platform.claude.com/docs',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/data/type' }],
  deliveryId: { header: 'webhook-id' },
});
