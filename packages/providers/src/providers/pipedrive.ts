import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const pipedrive = definePreset({
  id: 'pipedrive',
  name: 'Pipedrive',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the Pipedrive settings, under Tools and apps, Webhooks',
    secret: 'HTTP auth user name and password',
    notes: ['The secret here is the user name, a colon and the password.'],
  }),
  documentation: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/meta/entity' }, { json: '/meta/action' }],
});
