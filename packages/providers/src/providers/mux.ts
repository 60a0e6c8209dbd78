import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mux = definePreset({
  id: 'mux',
  name: 'Mux',
  evidence: ['official-sdk', 'registry'],
  setup: copySecret({ where: 'the Mux dashboard, under Settings, Webhooks', secret: 'the signing secret' }),
  documentation: 'https://www.mux.com/docs/core/listen-for-webhooks',
  scheme: {
    signature: { header: 'mux-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'mux-signature', separators: ', ', prefix: 't=', toleranceSeconds: 300 },
  },
  type: [{ json: '/type' }],
  deliveryId: { json: '/id' },
});
