import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const dwolla = definePreset({
  id: 'dwolla',
  name: 'Dwolla',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/Dwolla/dev-portal/blob/HEAD/pages/docs/balance/webhooks/process-validate.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.dwolla.com/docs/balance/webhook-events',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event, the same in all subscriptions',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 72 * 3_600,
  },
  setup: chooseSecret({
    where: 'the webhook subscriptions API of Dwolla',
    secret: 'the secret',
    notes: ['Dwolla pauses a subscription after 400 consecutive failures.'],
  }),
  documentation: 'https://developers.dwolla.com/docs/balance/webhook-events',
  scheme: { signature: { header: 'x-request-signature-sha-256' }, encoding: 'hex' },
  type: [{ json: '/topic' }],
  subject: { json: '/resourceId' },
  time: [
    { json: '/timestamp', unit: 'iso' },
    { json: '/created', unit: 'iso' },
  ],
  eventTypes: `account_suspended account_activated customer_created customer_kba_verification_needed
    customer_kba_verification_failed customer_kba_verification_passed customer_verification_document_needed
    customer_verification_document_uploaded customer_verification_document_failed
    customer_verification_document_approved customer_reverification_needed customer_verified
    customer_suspended customer_activated customer_deactivated customer_beneficial_owner_created
    customer_beneficial_owner_removed customer_beneficial_owner_verification_document_needed
    customer_beneficial_owner_verification_document_uploaded
    customer_beneficial_owner_verification_document_failed
    customer_beneficial_owner_verification_document_approved customer_beneficial_owner_reverification_needed
    customer_beneficial_owner_verified customer_funding_source_added customer_funding_source_removed
    customer_funding_source_verified customer_funding_source_unverified customer_funding_source_negative
    customer_funding_source_updated customer_microdeposits_added customer_microdeposits_failed
    customer_microdeposits_completed customer_microdeposits_maxattempts customer_bank_transfer_created
    customer_bank_transfer_creation_failed customer_bank_transfer_cancelled customer_bank_transfer_failed
    customer_bank_transfer_completed customer_transfer_created customer_transfer_cancelled
    customer_transfer_failed customer_transfer_completed customer_mass_payment_created
    customer_mass_payment_completed customer_mass_payment_cancelled customer_balance_inquiry_completed
    customer_label_created customer_label_ledger_entry_created customer_label_removed customer_exchange_reauth_required
    customer_address_verification_failed customer_verification_pending_review
    customer_funding_source_created funding_source_added
    funding_source_removed funding_source_verified funding_source_unverified funding_source_negative
    funding_source_updated microdeposits_added microdeposits_failed microdeposits_completed
    microdeposits_maxattempts bank_transfer_created bank_transfer_creation_failed bank_transfer_cancelled
    bank_transfer_failed bank_transfer_completed transfer_created transfer_cancelled transfer_failed
    transfer_completed mass_payment_created mass_payment_completed mass_payment_cancelled
    statement_created`,
  answerWithinMs: 10_000,
});
