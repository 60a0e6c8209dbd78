import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const pylon = definePreset({
  id: 'pylon',
  name: 'Pylon',
  evidence: [{ kind: 'official-docs', source: 'https://docs.usepylon.com', checkedOn: '2026-11-29' }],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({ where: 'the Pylon settings, under Webhooks', secret: 'the webhook secret' }),
  documentation: 'https://docs.usepylon.com',
  scheme: {
    signature: { header: 'pylon-webhook-signature', prefix: 'hs256=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'pylon-webhook-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
});
