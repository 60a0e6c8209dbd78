import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const commercelayer = definePreset({
  id: 'commercelayer',
  name: 'Commerce Layer',
  evidence: ['registry'],
  identity: { id: 'none', retries: true },
  setup: copySecret({ where: 'Commerce Layer, under Webhooks', secret: 'the shared secret' }),
  documentation: 'https://docs.commercelayer.io/core/real-time-webhooks',
  scheme: { signature: { header: 'x-commercelayer-signature' }, encoding: 'base64' },
  type: [{ header: 'x-commercelayer-topic' }],
  answerWithinMs: 5_000,
});
