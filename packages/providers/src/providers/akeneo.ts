import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const akeneo = definePreset({
  id: 'akeneo',
  name: 'Akeneo',
  evidence: ['registry'],
  setup: copySecret({
    where: 'the connection settings of Akeneo, under Event subscriptions',
    secret: 'the connection secret',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://api.akeneo.com/events-documentation/overview.html',
  scheme: {
    signature: { header: 'x-akeneo-request-signature' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'x-akeneo-request-timestamp', toleranceSeconds: 300 },
  },
  type: [{ json: '/events/0/action' }],
});
