import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const vanta = definePreset({
  id: 'vanta',
  name: 'Vanta',
  evidence: [
    { kind: 'official-docs', source: 'https://developer.vanta.com/docs/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { header: 'svix-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 432_000,
  },
  setup: copySecret({ where: 'the webhook settings of Vanta', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://developer.vanta.com/docs/webhooks',
  scheme: standardWebhooksUnder('svix', 'attempt'),
  type: [{ json: '/type' }],
  answerWithinMs: 15_000,
});
