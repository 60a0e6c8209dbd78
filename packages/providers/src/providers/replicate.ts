import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const replicate = definePreset({
  id: 'replicate',
  name: 'Replicate',
  evidence: ['published-vector', 'official-sdk'],
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
