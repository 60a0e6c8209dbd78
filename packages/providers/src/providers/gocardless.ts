import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const gocardless = definePreset({
  id: 'gocardless',
  name: 'GoCardless',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/gocardless/gocardless-pro-python/blob/HEAD/tests/webhooks_test.py',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/gocardless/gocardless-pro-python/blob/HEAD/gocardless_pro/webhooks.py',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.gocardless.com/partners/webhooks-for-partners',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://support.gocardless.com/hc/en-gb/articles/360000989989',
      checkedOn: '2026-11-29',
    },
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
  source: [{ json: '/links/organisation' }],
  subject: [
    'payment',
    'mandate',
    'payout',
    'refund',
    'subscription',
    'billing_request',
    'instalment_schedule',
    'outbound_payment',
    'creditor',
    'customer',
    'export',
    'scheme_identifier',
    'payer_authorisation',
    'customer_bank_account',
    'payment_account_transaction',
    'billing_request_flow',
  ].map((name) => ({ json: `/links/${name}` })),
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
    subscriptions.resumed billing_requests.created billing_requests.flow_created
    billing_requests.flow_visited billing_requests.flow_exited billing_requests.collect_customer_details
    billing_requests.collect_amount billing_requests.collect_bank_account
    billing_requests.payer_details_confirmed billing_requests.payer_geo_blocked
    billing_requests.bank_authorisation_visited billing_requests.bank_authorisation_authorised
    billing_requests.bank_authorisation_denied billing_requests.bank_authorisation_expired
    billing_requests.bank_authorisation_failed billing_requests.accepted billing_requests.fulfilled
    billing_requests.cancelled billing_requests.failed instalment_schedules.created
    instalment_schedules.creation_failed instalment_schedules.resumed instalment_schedules.completed
    instalment_schedules.cancelled instalment_schedules.errored creditors.updated
    creditors.new_payout_currency_added creditors.account_auto_frozen
    creditors.account_auto_frozen_reverted exports.created exports.failed outbound_payments.created
    outbound_payments.scheduled outbound_payments.executing outbound_payments.executed
    outbound_payments.cancelled outbound_payments.failed outbound_payments.returned
    scheme_identifiers.activated payer_authorisations.completed payer_authorisations.failed`,
  answerWithinMs: 10_000,
  answer: { status: 204 },
});
