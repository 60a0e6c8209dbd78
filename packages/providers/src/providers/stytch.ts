import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const stytch = definePreset({
  id: 'stytch',
  name: 'Stytch',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://stytch.com/docs/workspace-management/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'svix-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Stytch dashboard, under Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://stytch.com/docs/workspace-management/webhooks',
  scheme: standardWebhooksUnder('svix', 'attempt'),
  type: [{ json: '/source' }, { json: '/object_type' }, { json: '/action' }],
  source: [{ json: '/project_id' }],
  subject: { json: '/id' },
  time: { json: '/timestamp', unit: 'iso' },
  answerWithinMs: 15_000,
});
