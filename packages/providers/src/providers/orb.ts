import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const orb = definePreset({
  id: 'orb',
  name: 'Orb',
  evidence: ['registry'],
  setup: copySecret({ where: 'the Orb settings, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://docs.withorb.com',
  scheme: {
    signature: { header: 'x-orb-signature', prefix: 'v1=' },
    encoding: 'hex',
    message: 'v1:{timestamp}:{body}',
    timestamp: { header: 'x-orb-timestamp', unit: 'iso', toleranceSeconds: 300 },
  },
  type: [{ json: '/type' }],
  deliveryId: { json: '/id' },
});
