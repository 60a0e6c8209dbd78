import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const elevenlabs = definePreset({
  id: 'elevenlabs',
  name: 'ElevenLabs',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://elevenlabs.io/docs/product-guides/administration/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://elevenlabs.io/docs/eleven-api/resources/webhooks.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/type' }, { json: '/event_timestamp' }, { json: '/data/conversation_id' }],
    names: 'what happened to a conversation in a second',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the ElevenLabs settings, under Webhooks',
    secret: 'the HMAC secret, which is shown once,',
  }),
  documentation: 'https://elevenlabs.io/docs/product-guides/administration/webhooks',
  scheme: {
    signature: { header: 'elevenlabs-signature', separators: ', ', prefix: 'v0=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'elevenlabs-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 3_600,
    },
  },
  type: [{ json: '/type' }],
});
