import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const brex = definePreset({
  id: 'brex',
  name: 'Brex',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://developer.brex.com/openapi/webhooks_api/webhook-subscriptions',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the webhooks API of Brex',
    secret: 'the webhook secret (whsec_…), which the API gives,',
  }),
  documentation: 'https://developer.brex.com/docs/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/event_type' }],
});
