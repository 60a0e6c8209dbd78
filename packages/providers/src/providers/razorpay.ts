import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const razorpay = definePreset({
  id: 'razorpay',
  name: 'Razorpay',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/razorpay/markdown-docs/blob/HEAD/webhooks/best-practices.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/razorpay/markdown-docs/blob/HEAD/webhooks/validate-test.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-razorpay-event-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: chooseSecret({
    where: 'the Razorpay dashboard, under Account & Settings, Webhooks',
    secret: 'the Secret',
    notes: [
      'After you change the secret, keep the old secret here for a day: Razorpay still signs older events with it.',
    ],
  }),
  documentation: 'https://razorpay.com/docs/webhooks/',
  scheme: { signature: { header: 'x-razorpay-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  source: [{ json: '/account_id' }],
  subject: [
    { json: '/payload/refund/entity/id' },
    { json: '/payload/dispute/entity/id' },
    { json: '/payload/order/entity/id' },
    { json: '/payload/invoice/entity/id' },
    { json: '/payload/subscription/entity/id' },
    { json: '/payload/payment_link/entity/id' },
    { json: '/payload/payout/entity/id' },
    { json: '/payload/payment/entity/id' },
  ],
  time: { json: '/created_at', unit: 's' },
  control: [
    {
      when: { json: '/event', equals: 'account.app.authorization_revoked' },
      kind: 'revoked',
      type: 'account.app.authorization_revoked',
    },
  ],
  eventTypes: `payment.authorized payment.captured payment.failed payment.dispute.created payment.dispute.won
    payment.dispute.lost payment.dispute.closed payment.dispute.under_review
    payment.dispute.action_required payment.downtime.started payment.downtime.updated
    payment.downtime.resolved order.paid invoice.paid invoice.partially_paid invoice.expired
    refund.created refund.processed refund.failed refund.speed_changed subscription.authenticated
    subscription.activated subscription.charged subscription.completed subscription.updated
    subscription.pending subscription.halted subscription.paused subscription.resumed
    subscription.cancelled payment_link.paid payment_link.partially_paid payment_link.expired
    payment_link.cancelled settlement.processed virtual_account.created virtual_account.credited
    virtual_account.closed qr_code.created qr_code.credited qr_code.closed transfer.processed
    transfer.failed account.app.authorization_revoked product.route.activated
    product.route.under_review product.route.needs_clarification fund_account.validation.completed
    fund_account.validation.failed transaction.created payout.pending payout.rejected
    payout.queued payout.initiated payout.processed payout.updated payout.reversed payout.failed
    payout.downtime.started payout.downtime.resolved payout_link.pending payout_link.issued
    payout_link.processing payout_link.processed payout_link.attempted payout_link.cancelled
    payout_link.rejected payout_link.expired`,
  answerWithinMs: 5_000,
});
