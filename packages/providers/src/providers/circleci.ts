import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const circleci = definePreset({
  id: 'circleci',
  name: 'CircleCI',
  evidence: [
    {
      kind: 'published-vector',
      source:
        'https://github.com/circleci/circleci-docs/blob/main/docs/guides/modules/integration/pages/outbound-webhooks.adoc',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/circleci/circleci-docs/blob/main/docs/reference/modules/ROOT/pages/outbound-webhooks-reference.adoc',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'unknown', stable: true, retries: true },
  setup: chooseSecret({
    where: 'the project settings of CircleCI, under Webhooks',
    secret: 'the Secret token',
  }),
  documentation: 'https://circleci.com/docs/guides/integration/webhooks/',
  scheme: { signature: { header: 'circleci-signature', separators: ', ', prefix: 'v1=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  source: [{ json: '/project/slug' }],
  subject: [{ json: '/job/id' }, { json: '/workflow/id' }],
  time: { json: '/happened_at', unit: 'iso' },
  eventTypes: 'workflow-completed job-completed',
});
