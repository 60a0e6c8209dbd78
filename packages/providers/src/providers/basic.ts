import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';
import { METHODS_OPTION } from '../request-methods.ts';

export const basic = definePreset({
  id: 'basic',
  name: 'Any sender with user name and password',
  evidence: ['official-docs'],
  identity: { id: 'none', because: 'a sender that nothing is known of', retries: 'unknown' },
  setup: choosePassword({
    where: 'the webhook settings of the sender',
  }),
  scheme: { token: { authorization: 'basic' } },
  options: { methods: METHODS_OPTION },
  mayBeText: true,
  type: [{ json: '/type' }],
});
