import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const aftership = definePreset({
  id: 'aftership',
  name: 'AfterShip',
  evidence: [
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
  setup: copySecret({ where: 'the AfterShip settings, under Webhooks', secret: 'the webhook secret' }),
  documentation: 'https://www.aftership.com/docs/tracking/webhook/webhook-overview',
  scheme: { signature: { header: 'aftership-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/event' }],
});
