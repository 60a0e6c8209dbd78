import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const synctera = definePreset({
  id: 'synctera',
  name: 'Synctera',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.synctera.com/docs/webhooks-guide',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'unknown', stable: 'unknown', retries: true },
  setup: storeReturned({
    where: 'the webhooks API of Synctera',
    secret: 'the webhook secret that the API returns',
  }),
  documentation: 'https://dev.synctera.com',
  scheme: {
    signature: { header: 'synctera-signature', separators: '.' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'request-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/type' }],
  subject: { json: '/resource_id' },
  time: { json: '/event_time', unit: 'iso' },
  answerWithinMs: 5_000,
});
