import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const replicate = definePreset({
  id: 'replicate',
  name: 'Replicate',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://replicate.com/docs/topics/webhooks',
      checkedOn: '2026-11-29',
    },
    { kind: 'official-sdk', source: 'https://replicate.com/docs/topics/webhooks', checkedOn: '2026-11-29' },
    {
      kind: 'official-docs',
      source: 'https://github.com/replicate/replicate-javascript',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the webhook parameter of your prediction requests',
    secret:
      'the webhook signing secret (whsec_…) of the account, which the API gives under /v1/webhooks/default/secret,',
  }),
  documentation: 'https://replicate.com/docs/topics/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/status' }],
});
