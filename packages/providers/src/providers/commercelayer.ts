import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const commercelayer = definePreset({
  id: 'commercelayer',
  name: 'Commerce Layer',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.commercelayer.io/developers/callbacks-security',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({ where: 'Commerce Layer, under Webhooks', secret: 'the shared secret' }),
  documentation: 'https://docs.commercelayer.io/core/real-time-webhooks',
  scheme: { signature: { header: 'x-commercelayer-signature' }, encoding: 'base64' },
  type: [{ header: 'x-commercelayer-topic' }],
  answerWithinMs: 5_000,
});
