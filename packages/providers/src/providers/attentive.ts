import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const attentive = definePreset({
  id: 'attentive',
  name: 'Attentive',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.attentive.com/pages/webhooks/webhook-authentication',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({ where: 'the webhook settings of Attentive', secret: 'the signing key' }),
  documentation: 'https://docs.attentive.com',
  scheme: { signature: { header: 'x-attentive-hmac-sha256' }, encoding: 'hex' },
  type: [{ json: '/type' }],
});
