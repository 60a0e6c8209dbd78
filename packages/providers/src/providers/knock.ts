import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const knock = definePreset({
  id: 'knock',
  name: 'Knock',
  evidence: ['registry'],
  setup: copySecret({
    where: 'the Knock dashboard, under Developers, Outbound webhooks',
    secret: 'the signing key',
  }),
  documentation: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
  scheme: {
    signature: { header: 'x-knock-signature', separators: ', ', prefix: 's=' },
    encoding: 'base64',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-knock-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'ms',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/type' }],
  deliveryId: { json: '/id' },
});
