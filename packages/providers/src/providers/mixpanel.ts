import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const mixpanel = definePreset({
  id: 'mixpanel',
  name: 'Mixpanel Cohort Sync',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the Mixpanel integrations, as a custom webhook,',
    secret: 'user name and password',
    notes: ['The secret here is the user name, a colon and the password.'],
  }),
  documentation: 'https://docs.mixpanel.com/docs/cohort-sync/webhooks',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/action' }],
});
