import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const faundit = definePreset({
  id: 'faundit',
  name: 'Faundit',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://faundit.gitbook.io/faundit-api-v2/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: '/data/id names the item, of which there are several events',
    retries: 'unknown',
  },
  setup: copySecret({ where: 'the webhook settings of Faundit', secret: 'the signing secret' }),
  scheme: {
    signature: { header: 'x-faundit-signature-next' },
    encoding: 'hex',
    message: 'v1:{timestamp}:{body}',
    timestamp: { header: 'x-faundit-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/event-type' }],
});
