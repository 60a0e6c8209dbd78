import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const pagerduty = definePreset({
  id: 'pagerduty',
  name: 'PagerDuty',
  evidence: ['official-docs', 'registry'],
  setup: copySecret({
    where: 'PagerDuty, under Integrations, Generic Webhooks (v3)',
    secret: 'the secret, which is shown once,',
  }),
  documentation: 'https://developer.pagerduty.com/docs/webhooks-overview',
  scheme: {
    signature: { header: 'x-pagerduty-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
  },
  type: [{ json: '/event/event_type' }],
  deliveryId: { json: '/event/id' },
});
