import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const doppler = definePreset({
  id: 'doppler',
  name: 'Doppler',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.doppler.com/docs/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', retries: true },
  setup: chooseSecret({ where: 'the project in Doppler, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://docs.doppler.com/docs/webhooks',
  scheme: { signature: { header: 'x-doppler-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
});
