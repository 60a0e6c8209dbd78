import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const airship = definePreset({
  id: 'airship',
  name: 'Airship',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://support.airship.com/hc/en-us/articles/360032501831-Implementing-a-Signature-Hash-and-Validating-an-Open-Channel-Webhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: useKey({ where: 'the webhook settings of Airship', secret: 'the signing secret' }),
  documentation: 'https://docs.airship.com',
  scheme: {
    signature: { header: 'x-ua-signature' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: { header: 'x-ua-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
});
