import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const attentive = definePreset({
  id: 'attentive',
  name: 'Attentive',
  evidence: ['registry'],
  identity: { id: 'none', retries: true },
  setup: copySecret({ where: 'the webhook settings of Attentive', secret: 'the signing key' }),
  documentation: 'https://docs.attentive.com',
  scheme: { signature: { header: 'x-attentive-hmac-sha256' }, encoding: 'hex' },
  type: [{ json: '/type' }],
});
