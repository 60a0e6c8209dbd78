import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const chargebee = definePreset({
  id: 'chargebee',
  name: 'Chargebee',
  evidence: ['registry'],
  setup: choosePassword({
    where: 'the Chargebee settings, under Configure, Webhooks',
  }),
  documentation: 'https://www.chargebee.com/docs/2.0/webhook_settings.html',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/event_type' }],
  deliveryId: { json: '/id' },
});
