import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const sinch = definePreset({
  id: 'sinch',
  name: 'Sinch',
  evidence: ['registry'],
  identity: { id: 'none', retries: true },
  setup: chooseSecret({ where: 'the webhooks of the Sinch app', secret: 'the secret' }),
  documentation: 'https://developers.sinch.com/docs/conversation/callbacks/',
  scheme: {
    signature: { header: 'x-sinch-webhook-signature' },
    encoding: 'base64',
    message: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
    timestamp: { header: 'x-sinch-webhook-signature-timestamp', toleranceSeconds: 300 },
  },
});
