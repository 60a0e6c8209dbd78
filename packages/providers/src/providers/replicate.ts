import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const replicate = definePreset({
  id: 'replicate',
  name: 'Replicate',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/replicate/replicate-javascript/blob/HEAD/index.test.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/replicate/replicate-javascript/blob/HEAD/lib/util.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 60,
  },
  setup: useKey({
    where: 'the webhook parameter of your prediction requests',
    secret:
      'the webhook signing secret (whsec_…) of the account, which the API returns under /v1/webhooks/default/secret,',
  }),
  documentation: 'https://replicate.com/docs/topics/webhooks',
  scheme: standardWebhooksUnder('webhook', 'attempt'),
  type: [{ json: '/status' }],
  subject: { json: '/id' },
  time: [
    { json: '/completed_at', unit: 'iso' },
    { json: '/started_at', unit: 'iso' },
    { json: '/created_at', unit: 'iso' },
  ],
  eventTypes: 'starting processing succeeded failed canceled',
});
