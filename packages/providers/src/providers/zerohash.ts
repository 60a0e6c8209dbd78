import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const zerohash = definePreset({
  id: 'zerohash',
  name: 'zerohash',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.zerohash.com/reference/webhook-security',
      checkedOn: '2026-11-29',
    },
    { kind: 'official-docs', source: 'https://docs.zerohash.com/changelog', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { header: 'x-zh-hook-notification-id' },
    names: 'the notification',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the webhook settings of zerohash',
    secret: 'the signing secret',
    notes: ['Choose HMAC signatures: Hookline does not verify RSA signatures of Zerohash.'],
  }),
  documentation: 'https://docs.zerohash.com',
  scheme: {
    signature: { header: 'x-zh-hook-signature' },
    encoding: 'hex',
    message: '{body}{timestamp}',
    timestamp: { header: 'x-zh-hook-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ header: 'x-zh-hook-payload-type' }],
});
