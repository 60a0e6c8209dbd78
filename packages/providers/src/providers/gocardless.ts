import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const gocardless = definePreset({
  id: 'gocardless',
  name: 'GoCardless',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/',
      checkedOn: '2026-11-29',
    },
    { kind: 'official-docs', source: 'https://support.gocardless.com', checkedOn: '2026-11-29' },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: copySecret({
    where: 'the GoCardless dashboard, under Developers',
    secret: 'the secret of the webhook endpoint',
  }),
  documentation: 'https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/',
  scheme: { signature: { header: 'webhook-signature' }, encoding: 'hex' },
  batch: '/events',
  type: [{ json: '/resource_type' }, { json: '/action' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `payments.created payments.customer_approval_granted payments.customer_approval_denied
    payments.submitted payments.confirmed payments.paid_out payments.failed payments.charged_back
    payments.chargeback_cancelled payments.chargeback_settled payments.late_failure_settled
    payments.cancelled payments.resubmission_requested mandates.created
    mandates.customer_approval_granted mandates.customer_approval_skipped mandates.submitted
    mandates.active mandates.reinstated mandates.transferred mandates.cancelled mandates.failed
    mandates.expired mandates.resubmission_requested mandates.replaced payouts.paid refunds.created
    refunds.failed refunds.paid refunds.refund_settled refunds.funds_returned subscriptions.created
    subscriptions.customer_approval_granted subscriptions.customer_approval_denied
    subscriptions.payment_created subscriptions.cancelled subscriptions.finished subscriptions.paused
    subscriptions.resumed`,
  answer: { status: 204 },
});
