import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** Several events share the id of a call: it is no delivery id. */
export const retell = definePreset({
  id: 'retell',
  name: 'Retell AI',
  evidence: [
    { kind: 'official-sdk', source: 'https://docs.retellai.com/features/webhook', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', because: 'call_id names the call', retries: true },
  setup: useKey({
    where: 'the Retell dashboard, under Webhooks',
    secret: 'the API key with the webhook badge',
  }),
  documentation: 'https://docs.retellai.com/features/webhook-overview',
  scheme: {
    signature: { header: 'x-retell-signature', separators: ', ', prefix: 'd=' },
    encoding: 'hex',
    message: '{body}{timestamp}',
    timestamp: {
      header: 'x-retell-signature',
      separators: ', ',
      prefix: 'v=',
      unit: 'ms',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/event' }],
  eventTypes: 'call_started call_ended call_analyzed',
});
