import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const ethoca = definePreset({
  id: 'ethoca',
  name: 'Ethoca',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the webhook settings of Ethoca',
    secret: 'user name and password',
    notes: ['The secret here is the user name, a colon and the password.'],
  }),
  scheme: { token: { authorization: 'basic' } },
});
