import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const basic = definePreset({
  id: 'basic',
  name: 'Any sender with user name and password',
  evidence: ['official-docs'],
  setup: chooseSecret({
    where: 'the webhook settings of the sender',
    secret: 'user name and password (Basic authentication)',
    notes: ['The secret here is the user name, a colon and the password.'],
  }),
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/type' }],
});
