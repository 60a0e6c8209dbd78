import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';
import { METHODS_OPTION } from '../provider/request-methods.ts';

export const basic = definePreset({
  id: 'basic',
  name: 'Any sender with user name and password',
  evidence: [{ kind: 'standard', source: 'https://www.rfc-editor.org/rfc/rfc7617', checkedOn: '2026-11-29' }],
  identity: { id: 'none', because: 'the sender is unknown', retries: 'unknown' },
  setup: choosePassword({
    where: 'the webhook settings of the sender',
  }),
  scheme: { token: { authorization: 'basic' } },
  options: { methods: METHODS_OPTION },
  mayBeText: true,
  type: [{ json: '/type' }],
});
