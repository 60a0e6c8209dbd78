import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** The header is a list without names: first the timestamp, then the signatures. */
export const recurly = definePreset({
  id: 'recurly',
  name: 'Recurly',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/recurly/recurly-client-ruby/blob/HEAD/lib/recurly/webhooks.rb',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.recurly.com/docs/overview-webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'the ids identify the object',
    retries: true,
    retriesForSeconds: 262_308,
  },
  setup: copySecret({
    where: 'Recurly, under Integrations, Webhooks',
    secret: 'the secret key of the endpoint',
    notes: ['Choose JSON as the format: Recurly does not sign notifications in XML.'],
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
  type: [{ json: '/object_type' }, { json: '/event_type' }],
  source: [{ json: '/site_id' }],
  subject: { json: '/id' },
  time: { json: '/event_time', unit: 'iso' },
  answerWithinMs: 5_000,
});
