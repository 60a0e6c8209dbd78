import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const sinch = definePreset({
  id: 'sinch',
  name: 'Sinch',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developers.sinch.com/docs/conversation/callbacks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: chooseSecret({ where: 'the webhooks of the Sinch app', secret: 'the secret' }),
  documentation: 'https://developers.sinch.com/docs/conversation/callbacks/',
  scheme: {
    signature: { header: 'x-sinch-webhook-signature' },
    encoding: 'base64',
    message: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
    timestamp: { header: 'x-sinch-webhook-signature-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
});
