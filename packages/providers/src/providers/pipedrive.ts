import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const pipedrive = definePreset({
  id: 'pipedrive',
  name: 'Pipedrive',
  evidence: ['registry'],
  setup: choosePassword({
    where: 'the Pipedrive settings, under Tools and apps, Webhooks',
  }),
  documentation: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/meta/entity' }, { json: '/meta/action' }],
});
