import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const finch = definePreset({
  id: 'finch',
  name: 'Finch',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Finch-API/finch-api-node/blob/HEAD/src/resources/webhooks.ts',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'finch-event-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the Finch dashboard, under Webhooks', secret: 'the webhook secret' }),
  documentation: 'https://developer.tryfinch.com',
  scheme: {
    signature: { header: 'finch-signature', separators: ' ', prefix: 'v1,' },
    encoding: 'base64',
    key: { base64After: 'whsec_' },
    message: '{header:finch-event-id}.{timestamp}.{body}',
    timestamp: { header: 'finch-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/event_type' }],
});
