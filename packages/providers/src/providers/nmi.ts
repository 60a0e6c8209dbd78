import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** `t` is a nonce, not a time. */
export const nmi = definePreset({
  id: 'nmi',
  name: 'NMI',
  evidence: ['registry'],
  setup: copySecret({ where: 'the NMI control panel, under Settings, Webhooks', secret: 'the signing key' }),
  documentation: 'https://docs.nmi.com',
  scheme: {
    signature: { header: 'webhook-signature', separators: ', ', prefix: 's=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'webhook-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'nonce',
      toleranceSeconds: null,
    },
  },
  type: [{ json: '/event_type' }],
  deliveryId: { json: '/event_id' },
});
