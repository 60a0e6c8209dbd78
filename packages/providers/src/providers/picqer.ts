import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const picqer = definePreset({
  id: 'picqer',
  name: 'Picqer',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/picqer/picqer-php/blob/HEAD/src/PicqerWebhook.php',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', because: 'idhook identifies the webhook', retries: 'unknown' },
  setup: chooseSecret({
    where: 'Picqer, under Settings, Webhooks',
    secret: 'the secret',
    notes: ['Without a secret Picqer does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://picqer.com/en/api/webhooks',
  scheme: { signature: { header: 'x-picqer-signature' }, encoding: 'base64' },
  type: [{ json: '/event' }],
});
