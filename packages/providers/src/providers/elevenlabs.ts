import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const elevenlabs = definePreset({
  id: 'elevenlabs',
  name: 'ElevenLabs',
  evidence: ['official-sdk'],
  setup: copySecret({
    where: 'the ElevenLabs settings, under Webhooks',
    secret: 'the HMAC secret, which is shown once,',
  }),
  documentation: 'https://elevenlabs.io/docs/product-guides/administration/webhooks',
  scheme: {
    signature: { header: 'elevenlabs-signature', separators: ', ', prefix: 'v0=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'elevenlabs-signature', separators: ', ', prefix: 't=', toleranceSeconds: 1800 },
  },
  type: [{ json: '/type' }],
});
