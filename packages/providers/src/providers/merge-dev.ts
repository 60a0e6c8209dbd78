import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mergeDev = definePreset({
  id: 'merge-dev',
  name: 'Merge',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.merge.dev/basics/webhooks/merge-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'hook.id names the webhook', retries: true },
  setup: copySecret({
    where: 'the Merge dashboard, under Webhooks',
    secret: 'the webhook security signature key',
  }),
  documentation: 'https://docs.merge.dev/basics/webhooks/',
  scheme: { signature: { header: 'x-merge-webhook-signature' }, encoding: 'base64url' },
  type: [{ json: '/hook/event' }],
});
