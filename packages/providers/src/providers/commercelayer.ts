import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const commercelayer = definePreset({
  id: 'commercelayer',
  name: 'Commerce Layer',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.commercelayer.io/developers/callbacks-security',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.commercelayer.io/core/real-time-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    // Up to ten attempts. The resource contains the time of its change, and one change may have several topics.
    id: [
      { header: 'x-commercelayer-topic' },
      { json: '/data/id' },
      { json: '/data/attributes/updated_at' },
      { hash: 'body' },
    ],
    names: 'the state of a resource under a topic, a hash of its bytes',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'Commerce Layer, under Webhooks',
    secret: 'the shared secret',
    notes: [
      'After 30 consecutive failures Commerce Layer stops sending until you reset its circuit breaker.',
    ],
  }),
  documentation: 'https://docs.commercelayer.io/core/real-time-webhooks',
  scheme: { signature: { header: 'x-commercelayer-signature' }, encoding: 'base64' },
  type: [{ header: 'x-commercelayer-topic' }],
  subject: { json: '/data/id' },
  time: { json: '/data/attributes/updated_at', unit: 'iso' },
  eventTypes: `authorizations.create captures.create customer_addresses.create customer_addresses.destroy
    customer_password_resets.create customer_password_resets.destroy
    customer_password_resets.reset_password customer_subscriptions.create customer_subscriptions.destroy
    customers.create customers.acquired customers.repeat customers.create_password
    customers.metadata_update customers.destroy imports.create imports.start imports.complete
    imports.destroy orders.create orders.draft orders.pending orders.place orders.approve orders.cancel
    orders.authorize orders.void orders.pay orders.refund orders.start_fulfilling
    orders.cancel_fulfilling orders.fulfill`,
  answerWithinMs: 5_000,
});
