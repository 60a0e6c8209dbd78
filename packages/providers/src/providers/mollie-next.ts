import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** For a day after a change of the secret, the header occurs twice, with a signature by each secret. */
export const mollieNext = definePreset({
  id: 'mollie-next',
  aliases: ['mollie'],
  name: 'Mollie (next-generation webhooks)',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/mollie/mollie-api-php/blob/HEAD/src/Webhooks/SignatureValidator.php',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.mollie.com/reference/webhooks-new.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 93_600,
  },
  setup: copySecret({
    where: 'the Mollie dashboard, under Developers, Webhooks',
    secret: 'the signing secret',
    notes: [
      'Mollie does not sign classic webhooks: use the provider mollie-classic for them.',
      'Mollie blocks a webhook that fails for a day.',
    ],
  }),
  documentation: 'https://docs.mollie.com/reference/webhooks-new',
  scheme: {
    signature: { header: 'x-mollie-signature', separators: ', ', prefix: 'sha256=', mayRepeat: true },
    encoding: 'hex',
  },
  type: [{ json: '/type' }],
  subject: { json: '/entityId' },
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `payment-link.paid balance-transaction.created payout.initiated payout.processing-at-bank
    payout.completed payout.canceled payout.failed connect-balance-transfer.failed
    connect-balance-transfer.succeeded dispute.created dispute.resolved dispute.updated file.accepted
    file.rejected file.failed unmatched-credit-transfer.received unmatched-credit-transfer.matched
    unmatched-credit-transfer.returned unmatched-credit-transfer.expired
    business-account-transfer.requested business-account-transfer.initiated
    business-account-transfer.pending-review business-account-transfer.processed
    business-account-transfer.failed business-account-transfer.blocked
    business-account-transfer.returned sales-invoice.created sales-invoice.issued
    sales-invoice.canceled sales-invoice.paid profile.created profile.verified profile.blocked
    profile.deleted payment.authorized payment.canceled payment.expired payment.failed payment.paid
    payment.pending`,
  answerWithinMs: 15_000,
});
