import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const openai = definePreset({
  id: 'openai',
  name: 'OpenAI',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://platform.openai.com/docs/guides/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://platform.openai.com/docs/guides/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the project settings of the OpenAI platform, under Webhooks',
    secret: 'the signing secret (whsec_…), which is shown once,',
  }),
  documentation: 'https://platform.openai.com/docs/guides/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
  time: { json: '/created_at', unit: 's' },
  eventTypes: `batch.completed batch.failed batch.expired batch.cancelled eval.run.succeeded eval.run.failed
    eval.run.canceled fine_tuning.job.succeeded fine_tuning.job.failed fine_tuning.job.cancelled
    realtime.call.incoming response.completed response.failed response.incomplete response.cancelled`,
});
