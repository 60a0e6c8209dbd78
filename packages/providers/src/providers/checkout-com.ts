import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const checkoutCom = definePreset({
  id: 'checkout-com',
  name: 'Checkout.com',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://checkout.com/docs/workflows/set-up-your-webhook-receiver',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://www.checkout.com/docs/reporting-and-insights/events-api/event-types',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://www.checkout.com/docs/developer-resources/webhooks/manage-webhooks/set-up-your-webhook-receiver',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'unknown', stable: 'unknown', retries: true },
  setup: chooseSecret({
    where: 'the Checkout.com dashboard, under Developers, Webhooks (or with a workflow)',
    secret: 'the signature key of its webhook action',
  }),
  documentation: 'https://www.checkout.com/docs/developer-resources/webhooks',
  scheme: { signature: { header: 'cko-signature' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  subject: { json: '/data/id' },
  time: { json: '/created_on', unit: 'iso' },
  eventTypes: `card_verified card_verification_declined dispute_canceled dispute_evidence_required
    dispute_expired dispute_lost dispute_resolved dispute_won payment_approved payment_pending
    payment_declined payment_expired payment_voided payment_canceled payment_void_declined
    payment_captured payment_capture_declined payment_capture_pending payment_refunded
    payment_refund_declined payment_refund_pending payment_returned payment_paid`,
});
