import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const razorpay = definePreset({
  id: 'razorpay',
  name: 'Razorpay',
  evidence: [
    { kind: 'official-sdk', source: 'https://razorpay.com/docs/webhooks/', checkedOn: '2026-11-29' },
    {
      kind: 'official-docs',
      source: 'https://razorpay.com/docs/webhooks/replay-events',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-razorpay-event-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({ where: 'the Razorpay dashboard, under Webhooks', secret: 'the Secret' }),
  documentation: 'https://razorpay.com/docs/webhooks/',
  scheme: { signature: { header: 'x-razorpay-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  time: { json: '/created_at', unit: 's' },
  eventTypes: `payment.authorized payment.captured payment.failed payment.dispute.created payment.dispute.won
    payment.dispute.lost payment.dispute.closed payment.dispute.under_review
    payment.dispute.action_required payment.downtime.started payment.downtime.updated
    payment.downtime.resolved order.paid invoice.paid invoice.partially_paid invoice.expired
    refund.created refund.processed refund.failed refund.speed_changed subscription.authenticated
    subscription.activated subscription.charged subscription.completed subscription.updated
    subscription.pending subscription.halted subscription.paused subscription.resumed
    subscription.cancelled payment_link.paid payment_link.partially_paid payment_link.expired
    payment_link.cancelled settlement.processed virtual_account.created virtual_account.credited
    virtual_account.closed`,
  answerWithinMs: 5_000,
});
