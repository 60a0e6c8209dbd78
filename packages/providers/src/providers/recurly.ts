import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** The header is a list without names: the timestamp, then the signatures. */
export const recurly = definePreset({
  id: 'recurly',
  name: 'Recurly',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'the ids are those of the object', retries: true },
  setup: copySecret({
    where: 'Recurly, under Integrations, Webhooks',
    secret: 'the secret key of the endpoint',
    notes: ['Choose JSON as the format.'],
  }),
  documentation: 'https://docs.recurly.com/recurly-subscriptions/docs/webhooks',
  scheme: {
    signature: { header: 'recurly-signature', separators: ', ', items: 'rest' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'recurly-signature',
      separators: ', ',
      items: 'first',
      unit: 'auto',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/event_type' }],
});
