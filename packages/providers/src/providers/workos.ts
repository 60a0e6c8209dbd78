import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const workos = definePreset({
  id: 'workos',
  name: 'WorkOS',
  evidence: ['official-sdk'],
  setup: copySecret({ where: 'the WorkOS dashboard, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://workos.com/docs/events/data-syncing/webhooks',
  scheme: {
    signature: { header: 'workos-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'workos-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'ms',
      toleranceSeconds: 180,
    },
  },
  type: [{ json: '/event' }],
  deliveryId: { json: '/id' },
});
