import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const dub = definePreset({
  id: 'dub',
  name: 'Dub',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/dubinc/docs/blob/HEAD/docs/webhooks/verify-webhook-requests.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: copySecret({ where: 'the workspace settings of Dub, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://dub.co/docs/concepts/webhooks/introduction',
  scheme: { signature: { header: 'dub-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
});
