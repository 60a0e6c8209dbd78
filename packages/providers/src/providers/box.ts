import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Box signs some bodies as they were before it escaped them. */
export const box = definePreset({
  id: 'box',
  name: 'Box',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.box.com/guides/webhooks/v2',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: copySecret({
    where: 'the developer console of Box, under Webhooks',
    secret: 'the primary signature key',
    notes: ['Store the secondary signature key as the second secret, so that keys can be rotated.'],
  }),
  documentation: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
  scheme: {
    signature: { header: 'box-signature-primary', moreHeaders: ['box-signature-secondary'] },
    encoding: 'base64',
    message: ['{body}{timestamp}', '{escapedBody}{timestamp}'],
    timestamp: { header: 'box-delivery-timestamp', unit: 'iso', dates: 'unknown', toleranceSeconds: 600 },
  },
  type: [{ json: '/trigger' }],
});
