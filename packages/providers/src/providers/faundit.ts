import { definePreset } from '../presets/define-preset.ts';

export const faundit = definePreset({
  id: 'faundit',
  name: 'Faundit',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://faundit.gitbook.io/faundit-api-v2/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: '/data/id identifies the item, and an item has several events',
    retries: 'unknown',
  },
  setup: [
    'Ask Faundit by e-mail (tech@faundit.com) for a webhook with the address of this source.',
    'As the secret of this source, store the webhook signing secret that Faundit sends you.',
  ],
  documentation: 'https://faundit.gitbook.io/faundit-api-v2/webhooks',
  scheme: {
    signature: { header: 'x-faundit-signature-next' },
    encoding: 'hex',
    message: 'v1:{timestamp}:{body}',
    // The unit is not documented.
    timestamp: { header: 'x-faundit-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/event-type' }],
  source: [{ json: '/data/locationID' }],
  subject: { json: '/data/id' },
  time: { json: '/data/timestamp', unit: 'iso' },
  eventTypes: 'item-status request-status',
});
