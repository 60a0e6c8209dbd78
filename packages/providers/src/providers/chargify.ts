import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const chargify = definePreset({
  id: 'chargify',
  aliases: ['maxio'],
  name: 'Maxio Advanced Billing (Chargify)',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://www.npmjs.com/package/@maxio-com/advanced-billing-sdk',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.maxio.com/hc/en-us/articles/24266136649869-Webhooks-Reference',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { form: 'id' },
    otherwise: { header: 'x-chargify-webhook-id' },
    names: 'the webhook; a manual retry keeps it',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the site settings, under Webhooks',
    secret: 'the site shared key',
    notes: [
      'Events arrive as forms. Hookline converts the fields to JSON and keeps their names. Times are in US Eastern time.',
    ],
  }),
  documentation: 'https://developers.maxio.com',
  scheme: { signature: { header: 'x-chargify-webhook-signature-hmac-sha-256' }, encoding: 'hex' },
  type: [{ form: 'event' }],
  control: [{ when: { form: 'event', equals: 'test' }, kind: 'test', type: 'test' }],
  source: [{ form: 'payload[site][subdomain]' }],
  subject: [{ form: 'payload[subscription][id]' }, { form: 'payload[customer][id]' }],
  eventTypes: `billing_date_change component_allocation_change customer_create customer_update
    direct_debit_payment_paid_out direct_debit_payment_pending direct_debit_payment_rejected
    dunning_step_reached expiration_date_change expiring_card invoice_issued metered_usage
    payment_failure payment_success pending_cancellation_change prepaid_subscription_balance_changed
    prepaid_usage refund_failure refund_success renewal_failure renewal_success signup_failure
    signup_success statement_closed statement_settled subscription_card_update
    subscription_group_card_update subscription_prepayment_account_balance_changed
    subscription_product_change subscription_service_credit_account_balance_changed
    subscription_state_change trial_end_notice upcoming_renewal_notice upgrade_downgrade_failure
    upgrade_downgrade_success`,
  answerWithinMs: 15_000,
});
