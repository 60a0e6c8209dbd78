import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const paystack = definePreset({
  id: 'paystack',
  name: 'Paystack',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/PaystackOSS/doc-code-snippets/blob/HEAD/src/doc/payments/webhooks/verifying-transaction/index.js',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', because: 'data.id identifies the object', retries: 'unknown' },
  setup: useKey({
    where: 'the Paystack dashboard, under Settings, API Keys & Webhooks',
    secret: 'the secret key of the account',
    notes: ['Test mode and live mode have different keys.'],
  }),
  documentation: 'https://paystack.com/docs/payments/webhooks/',
  scheme: { signature: { header: 'x-paystack-signature' }, encoding: 'hex', hash: 'sha512' },
  type: [{ json: '/event' }],
  subject: [{ json: '/data/id' }, { json: '/data/reference' }],
  eventTypes: `charge.success charge.dispute.create charge.dispute.remind charge.dispute.resolve
    customeridentification.success customeridentification.failed dedicatedaccount.assign.success
    dedicatedaccount.assign.failed invoice.create invoice.update invoice.payment_failed
    paymentrequest.pending paymentrequest.success refund.pending refund.processing
    refund.processed refund.failed refund.needs-attention subscription.create subscription.disable
    subscription.not_renew subscription.expiring_cards transfer.success transfer.failed
    transfer.reversed bank.transfer.rejected direct_debit.authorization.active
    direct_debit.authorization.created`,
});
