import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const basic = definePreset({
  id: 'basic',
  name: 'Any sender with user name and password',
  evidence: ['official-docs'],
  setup: choosePassword({
    where: 'the webhook settings of the sender',
  }),
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/type' }],
});
