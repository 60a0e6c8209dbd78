import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/** A retry repeats the timestamp of the first attempt, so its age says nothing. */
export const klaviyo = definePreset({
  id: 'klaviyo',
  name: 'Klaviyo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'Klaviyo-Webhook-Id names the subscription', retries: true },
  setup: chooseSecret({ where: 'the webhooks API of Klaviyo', secret: 'the secret key' }),
  documentation: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
  scheme: {
    signature: { header: 'klaviyo-signature' },
    encoding: 'hex',
    message: '{body}{timestamp}',
    timestamp: { header: 'klaviyo-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: null },
  },
});
