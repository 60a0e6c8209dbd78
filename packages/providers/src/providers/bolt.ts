import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const bolt = definePreset({
  id: 'bolt',
  name: 'Bolt',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://help.bolt.com/developers/webhooks/hook-verification',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the merchant dashboard of Bolt, under Developers',
    secret: 'the signing secret of the division',
  }),
  documentation: 'https://help.bolt.com/developers/webhooks/',
  scheme: { signature: { header: 'x-bolt-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/type' }],
});
