import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const bolt = definePreset({
  id: 'bolt',
  name: 'Bolt',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://help.bolt.com/developers/webhooks/webhooks/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://help.bolt.com/developers/webhooks/hook-verification',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the merchant dashboard of Bolt, under Developers, Webhooks',
    secret: 'the Signing Secret of the division (under Administration, API)',
  }),
  documentation: 'https://help.bolt.com/developers/webhooks/',
  scheme: { signature: { header: 'x-bolt-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/type' }],
  subject: [{ json: '/data/reference' }, { json: '/reference' }],
  // Bolt retries if the answer is not JSON.
  answer: { body: '{}' },
  eventTypes: `pending payment capture auth failed_payment rejected_reversible rejected_irreversible credit
    void`,
});
