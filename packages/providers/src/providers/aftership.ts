import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const aftership = definePreset({
  id: 'aftership',
  name: 'AfterShip Tracking',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://www.aftership.com/docs/tracking/2025-01/webhook/webhook-specifications',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://www.aftership.com/docs/tracking/webhook/webhook-signature',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'AfterShip Tracking, under Settings, Webhooks',
    secret: 'the webhook secret',
    notes: ['AfterShip Returns and AfterShip Warranty sign differently: Hookline refuses their webhooks.'],
  }),
  documentation: 'https://www.aftership.com/docs/tracking/webhook/webhook-overview',
  scheme: { signature: { header: 'aftership-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/event' }],
  subject: { json: '/msg/tracking_number' },
  time: { json: '/ts', unit: 's' },
  eventTypes: 'tracking_update edd_revise tracking_pending_time',
});
