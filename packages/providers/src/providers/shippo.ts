import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const shippo = definePreset({
  id: 'shippo',
  name: 'Shippo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.goshippo.com/tracking/webhooks.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.goshippo.com/tracking/webhook-security',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the Shippo settings, under API, Webhooks',
    secret: 'the HMAC secret (the support of Shippo sends it on request within some days)',
  }),
  documentation: 'https://docs.goshippo.com/docs/tracking/webhooks/',
  scheme: {
    signature: { header: 'shippo-auth-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'shippo-auth-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/event' }],
  subject: [{ json: '/data/tracking_number' }, { json: '/data/object_id' }],
  time: [
    { json: '/data/tracking_status/status_date', unit: 'iso' },
    { json: '/data/object_updated', unit: 'iso' },
  ],
  eventTypes: 'transaction_created transaction_updated track_updated batch_created batch_purchased',
  answerWithinMs: 3_000,
});
