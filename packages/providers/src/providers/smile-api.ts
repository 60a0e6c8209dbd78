import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const smileApi = definePreset({
  id: 'smile-api',
  name: 'Smile API',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.getsmileapi.com/reference/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: chooseSecret({ where: 'the webhook settings of Smile API', secret: 'the secret' }),
  documentation: 'https://docs.getsmileapi.com',
  scheme: { signature: { header: 'smile-signature' }, encoding: 'hex', hash: 'sha512' },
  type: [{ json: '/type' }],
});
