import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const paystack = definePreset({
  id: 'paystack',
  name: 'Paystack',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/PaystackOSS/doc-code-snippets/blob/HEAD/src/doc/payments/webhooks/verifying-transaction',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'data.id names the object', retries: 'unknown' },
  setup: useKey({
    where: 'the Paystack dashboard, under Settings, API Keys & Webhooks',
    secret: 'the secret key of the account',
    notes: ['Test and live mode have one key each.'],
  }),
  documentation: 'https://paystack.com/docs/payments/webhooks/',
  scheme: { signature: { header: 'x-paystack-signature' }, encoding: 'hex', hash: 'sha512' },
  type: [{ json: '/event' }],
  eventTypes: `charge.success charge.dispute.create charge.dispute.remind charge.dispute.resolve
    customeridentification.success customeridentification.failed dedicatedaccount.assign.success
    dedicatedaccount.assign.failed invoice.create invoice.update invoice.payment_failed
    paymentrequest.pending paymentrequest.success refund.pending refund.processing refund.processed
    refund.failed subscription.create subscription.disable subscription.not_renew
    subscription.expiring_cards transfer.success transfer.failed transfer.reversed`,
});
