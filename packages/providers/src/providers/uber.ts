import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const uber = definePreset({
  id: 'uber',
  name: 'Uber',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.uber.com/docs/eats/guides/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the developer dashboard of Uber',
    secret:
      'the client secret of the app (Eats, drivers), the signing key of the webhook (Direct) or the signing key of the app (receipts of businesses)',
  }),
  documentation: 'https://developer.uber.com',
  scheme: { signature: { header: 'x-uber-signature' }, encoding: 'hex' },
  type: [{ json: '/event_type' }],
  source: [{ json: '/meta/user_id' }],
  subject: { json: '/meta/resource_id' },
  time: { json: '/event_time', unit: 's' },
  eventTypes: `orders.notification orders.cancel orders.failure orders.release orders.scheduled.notification
    order.fulfillment_issues.resolved store.provisioned store.deprovisioned store.status.changed
    store.menu_refresh_request dapi.status_changed`,
});
