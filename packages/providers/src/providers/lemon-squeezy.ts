import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const lemonSqueezy = definePreset({
  id: 'lemon-squeezy',
  name: 'Lemon Squeezy',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/lmsqueezy/laravel/blob/HEAD/src/Http/Middleware/VerifyWebhookSignature.php',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.lemonsqueezy.com/help/webhooks/webhook-requests',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'data.id identifies the object', retries: true, retriesForSeconds: 155 },
  setup: chooseSecret({
    where: 'the Lemon Squeezy settings, under Webhooks',
    secret: 'the Signing secret (6 to 40 characters)',
  }),
  documentation: 'https://docs.lemonsqueezy.com/help/webhooks',
  scheme: { signature: { header: 'x-signature' }, encoding: 'hex' },
  type: [{ firstOf: [{ header: 'x-event-name' }, { json: '/meta/event_name' }] }],
  source: [{ json: '/data/attributes/store_id' }],
  subject: { json: '/data/id' },
  eventTypes: `order_created order_refunded subscription_created subscription_updated subscription_cancelled
    subscription_resumed subscription_expired subscription_paused subscription_unpaused
    subscription_payment_success subscription_payment_failed subscription_payment_recovered
    subscription_payment_refunded subscription_plan_changed license_key_created license_key_updated
    affiliate_activated customer_updated`,
});
