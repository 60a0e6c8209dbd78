import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const lithic = definePreset({
  id: 'lithic',
  name: 'Lithic',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/lithic-com/lithic-node/blob/HEAD/src/resources/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/lithic-com/lithic-node/blob/HEAD/src/resources/events/events.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the webhook settings of Lithic',
    secret: 'the webhook secret (whsec_…)',
    notes: [
      'Do not use this address for the authorization stream or for decisioning (tokenization, 3DS): they wait for a decision, and the answer of Hookline only confirms receipt.',
    ],
  }),
  documentation: 'https://docs.lithic.com/docs/events-api',
  scheme: standardWebhooksUnder('webhook', 'attempt'),
  // An account_holder.updated of an older form has no event_type.
  type: [{ json: '/event_type' }],
  subject: { json: '/token' },
  time: { json: '/created', unit: 'iso' },
  eventTypes: `account_holder.created account_holder.updated account_holder.verification
    account_holder_document.updated auth_rules.backtest_report.created balance.updated
    book_transfer_transaction.created book_transfer_transaction.updated card.converted card.created
    card.reissued card.renewed card.shipped card.updated card_authorization.challenge
    card_authorization.challenge_response card_transaction.enhanced_data.created
    card_transaction.enhanced_data.updated card_transaction.updated claim.created claim.updated
    claim_document.accepted claim_document.rejected claim_document.uploaded
    digital_wallet.tokenization_result digital_wallet.tokenization_two_factor_authentication_code
    digital_wallet.tokenization_two_factor_authentication_code_sent digital_wallet.tokenization_updated
    dispute.updated dispute_evidence.upload_failed dispute_transaction.created dispute_transaction.updated
    external_bank_account.created external_bank_account.updated external_payment.created
    external_payment.updated financial_account.created financial_account.updated funding_event.created
    internal_transaction.created internal_transaction.updated loan_tape.created loan_tape.updated
    management_operation.created management_operation.updated network_total.created network_total.updated
    payment_transaction.created payment_transaction.updated settlement_report.updated statements.created
    three_ds_authentication.challenge three_ds_authentication.created three_ds_authentication.updated
    tokenization.approval_request tokenization.result tokenization.two_factor_authentication_code
    tokenization.two_factor_authentication_code_sent tokenization.updated
    card_authorization.approval_request digital_wallet.tokenization_approval_request
    embed.session_generated embed.viewed three_ds_authentication.approval_request`,
});
