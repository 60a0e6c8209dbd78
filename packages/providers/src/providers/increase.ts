import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/**
 * The headers of Standard Webhooks, but the key is the text of the secret: the SDK encodes the secret, and the library
 * decodes it.
 */
export const increase = definePreset({
  id: 'increase',
  name: 'Increase',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Increase/increase-typescript/blob/HEAD/src/resources/events.ts',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://increase.com/documentation/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/id' },
    otherwise: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the Increase dashboard, under Developers, Webhooks',
    secret: 'the shared secret',
    notes: [
      'Make decisions (real_time_decision.*) through the API of Increase within seconds: the answer of Hookline only confirms receipt.',
    ],
  }),
  documentation: 'https://increase.com/documentation/webhooks',
  scheme: { ...standardWebhooksUnder('webhook'), key: 'utf8' },
  type: [{ json: '/category' }],
  subject: { json: '/associated_object_id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `account.created account.updated account_number.created account_number.updated
    account_statement.created account_transfer.created account_transfer.updated
    ach_prenotification.created ach_prenotification.updated ach_transfer.created ach_transfer.updated
    blockchain_address.created blockchain_address.updated blockchain_offramp_transfer.created
    blockchain_offramp_transfer.updated blockchain_onramp_transfer.created
    blockchain_onramp_transfer.updated bookkeeping_account.created bookkeeping_account.updated
    bookkeeping_entry_set.updated card.created card.updated card_dispute.created card_dispute.updated
    card_payment.created card_payment.updated card_profile.created card_profile.updated
    card_purchase_supplement.created card_push_transfer.created card_push_transfer.updated
    card_validation.created card_validation.updated check_deposit.created check_deposit.updated
    check_transfer.created check_transfer.updated declined_transaction.created
    digital_card_profile.created digital_card_profile.updated digital_wallet_token.created
    digital_wallet_token.updated entity.created entity.updated event_subscription.created
    event_subscription.updated export.created export.updated external_account.created
    external_account.updated fednow_transfer.created fednow_transfer.updated file.created group.heartbeat
    group.updated inbound_ach_transfer.created inbound_ach_transfer.updated
    inbound_ach_transfer_return.created inbound_ach_transfer_return.updated inbound_check_deposit.created
    inbound_check_deposit.updated inbound_fednow_transfer.created inbound_fednow_transfer.updated
    inbound_mail_item.created inbound_mail_item.updated inbound_real_time_payments_transfer.created
    inbound_real_time_payments_transfer.updated inbound_wire_drawdown_request.created
    inbound_wire_transfer.created inbound_wire_transfer.updated intrafi_account_enrollment.created
    intrafi_account_enrollment.updated intrafi_exclusion.created intrafi_exclusion.updated
    loan_application.created loan_application.updated loan_distribution.created loan_offer.created
    loan_offer.updated loan_purchase.created lockbox.created lockbox.updated oauth_connection.created
    oauth_connection.deactivated pending_transaction.created pending_transaction.updated
    physical_card.created physical_card.updated physical_card_profile.created
    physical_card_profile.updated physical_check.created physical_check.updated program.created
    program.updated proof_of_authorization_request.created proof_of_authorization_request.updated
    real_time_decision.card_authentication_challenge_requested
    real_time_decision.card_authentication_requested real_time_decision.card_authorization_requested
    real_time_decision.card_balance_inquiry_requested
    real_time_decision.digital_wallet_authentication_requested
    real_time_decision.digital_wallet_token_requested real_time_payments_request_for_payment.created
    real_time_payments_request_for_payment.updated real_time_payments_transfer.created
    real_time_payments_transfer.updated swift_transfer.created swift_transfer.updated transaction.created
    wire_drawdown_request.created wire_drawdown_request.updated wire_transfer.created
    wire_transfer.updated`,
});
