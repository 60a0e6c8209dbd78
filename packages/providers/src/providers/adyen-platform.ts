import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const adyenPlatform = definePreset({
  id: 'adyen-platform',
  name: 'Adyen for Platforms',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Adyen/adyen-node-api-library',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({
    where: 'the customer area of Adyen, under Developers, Webhooks',
    secret: 'the HMAC key (hexadecimal)',
    notes: ['Webhooks of Adyen payments are signed another way.'],
  }),
  documentation: 'https://docs.adyen.com/development-resources/webhooks/',
  scheme: { signature: { header: 'hmacsignature' }, encoding: 'base64', key: 'hex' },
  type: [{ json: '/type' }],
});
