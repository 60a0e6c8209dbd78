import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const shippo = definePreset({
  id: 'shippo',
  name: 'Shippo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.goshippo.com/tracking/webhook-security',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the Shippo settings, under API, Webhooks',
    secret: 'the HMAC secret that Shippo gives on request',
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
});
