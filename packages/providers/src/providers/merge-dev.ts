import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mergeDev = definePreset({
  id: 'merge-dev',
  name: 'Merge',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/merge-api/merge-unified-skills/blob/HEAD/skills/merge-onboarding/references/webhooks.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.merge.dev/basics/webhooks/merge-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'hook.id identifies the webhook',
    retries: true,
    retriesForSeconds: 3_600,
  },
  setup: copySecret({
    where: 'the Merge dashboard, under Advanced, Webhooks',
    secret: 'the signature key, under Security of the webhook,',
    notes: ['During a key change, store both the new and the old key for some minutes.'],
  }),
  documentation: 'https://docs.merge.dev/basics/webhooks/',
  scheme: { signature: { header: 'x-merge-webhook-signature' }, encoding: 'base64url' },
  type: [{ json: '/hook/event' }],
  source: [{ json: '/linked_account/id' }],
  subject: { json: '/data/id' },
  control: [{ when: { json: '/response' }, kind: 'test', reason: { json: '/response' } }],
});
