import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const faundit = definePreset({
  id: 'faundit',
  name: 'Faundit',
  evidence: ['registry'],
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
    timestamp: { header: 'x-faundit-timestamp', toleranceSeconds: 300 },
  },
  type: [{ json: '/event-type' }],
});
