import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const circleci = definePreset({
  id: 'circleci',
  name: 'CircleCI',
  evidence: [
    { kind: 'official-docs', source: 'https://github.com/circleci/circleci-docs', checkedOn: '2026-11-29' },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'unknown', stable: true, retries: true },
  setup: chooseSecret({
    where: 'the project settings of CircleCI, under Webhooks',
    secret: 'the Secret token',
  }),
  documentation: 'https://circleci.com/docs/guides/integration/webhooks/',
  scheme: { signature: { header: 'circleci-signature', separators: ', ', prefix: 'v1=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  time: { json: '/happened_at', unit: 'iso' },
  eventTypes: 'workflow-completed job-completed',
});
