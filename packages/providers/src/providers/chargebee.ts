import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const chargebee = definePreset({
  id: 'chargebee',
  name: 'Chargebee',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the Chargebee settings, under Configure, Webhooks',
    secret: 'user name and password (basic authentication)',
    notes: ['The secret here is the user name, a colon and the password.'],
  }),
  documentation: 'https://www.chargebee.com/docs/2.0/webhook_settings.html',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/event_type' }],
  deliveryId: { json: '/id' },
});
