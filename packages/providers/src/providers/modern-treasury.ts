import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const modernTreasury = definePreset({
  id: 'modern-treasury',
  name: 'Modern Treasury',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Modern-Treasury/modern-treasury-node/blob/HEAD/src/resources/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.moderntreasury.com/platform/reference/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'x-webhook-id' },
    names: 'the webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Modern Treasury dashboard, under Developers, Webhooks',
    secret: 'the webhook key',
  }),
  documentation: 'https://docs.moderntreasury.com/platform/reference/webhooks',
  scheme: { signature: { header: 'x-signature' }, encoding: 'hex' },
  type: [{ header: 'x-topic' }, { json: '/event' }],
  subject: { json: '/data/id' },
  answerWithinMs: 5_000,
});
