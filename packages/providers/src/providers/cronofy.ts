import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const cronofy = definePreset({
  id: 'cronofy',
  name: 'Cronofy',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.cronofy.com/developers/api/push-notifications/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'channel_id names the channel', retries: 'unknown' },
  setup: useKey({
    where: 'the notification channels API of Cronofy',
    secret: 'the client secret of the app',
  }),
  documentation: 'https://docs.cronofy.com/developers/push-notifications/',
  scheme: { signature: { header: 'cronofy-hmac-sha256', separators: ', ' }, encoding: 'base64' },
  type: [{ json: '/notification/type' }],
});
