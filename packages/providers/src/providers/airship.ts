import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const airship = definePreset({
  id: 'airship',
  name: 'Airship',
  evidence: ['registry'],
  identity: { id: 'none', retries: 'unknown' },
  setup: useKey({ where: 'the webhook settings of Airship', secret: 'the signing secret' }),
  documentation: 'https://docs.airship.com',
  scheme: {
    signature: { header: 'x-ua-signature' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: { header: 'x-ua-timestamp', toleranceSeconds: 300 },
  },
});
