import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const mixpanel = definePreset({
  id: 'mixpanel',
  name: 'Mixpanel Cohort Sync',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/mixpanel/docs/blob/HEAD/docs/cohort-sync/webhooks.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: choosePassword({
    where: 'the Mixpanel integrations, as a custom webhook',
  }),
  documentation: 'https://docs.mixpanel.com/docs/cohort-sync/webhooks',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/action' }],
});
