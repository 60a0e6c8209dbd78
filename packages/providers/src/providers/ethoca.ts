import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const ethoca = definePreset({
  id: 'ethoca',
  name: 'Ethoca',
  evidence: ['registry'],
  identity: { id: 'none', retries: 'unknown' },
  setup: choosePassword({
    where: 'the webhook settings of Ethoca',
  }),
  scheme: { token: { authorization: 'basic' } },
});
