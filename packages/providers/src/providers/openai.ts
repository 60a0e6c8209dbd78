import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const openai = definePreset({
  id: 'openai',
  name: 'OpenAI',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/openai/openai-node/blob/HEAD/tests/api-resources/webhooks.test.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/openai/openai-node/blob/HEAD/src/resources/webhooks/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
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
    retriesForSeconds: 259_200,
  },
  setup: copySecret({
    where: 'the project settings of the OpenAI platform, under Webhooks',
    secret: 'the signing secret (whsec_…), which is shown only once,',
  }),
  documentation: 'https://platform.openai.com/docs/guides/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
  subject: [{ json: '/data/id' }, { json: '/data/call_id' }, { json: '/data/session_id' }],
  time: { json: '/created_at', unit: 's' },
  eventTypes: `batch.completed batch.failed batch.expired batch.cancelled eval.run.succeeded eval.run.failed
    eval.run.canceled fine_tuning.job.succeeded fine_tuning.job.failed fine_tuning.job.cancelled
    live.call.incoming realtime.call.incoming response.completed response.failed response.incomplete response.cancelled`,
});
