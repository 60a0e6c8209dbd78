import { eventTypes } from '../../events/event-types.ts';

/** Event codes, in lower case. */
export const ADYEN_EVENT_TYPES = eventTypes(
  'adyen',
  `
  authorisation authorisation_adjustment autorescue cancel_autorescue cancel_or_refund cancellation capture
  capture_failed chargeback chargeback_reversed expire handled_externally information_supplied
  issuer_response_timeframe_expired manual_review_accept manual_review_reject notification_of_chargeback
  notification_of_fraud offer_closed order_closed order_opened paidout_reversed payout_decline payout_expire
  payout_thirdparty pending postponed_refund prearbitration_lost prearbitration_won process_retry
  recurring_contract refund refund_failed refund_with_data refunded_reversed report_available
  request_for_information second_chargeback technical_cancel void_pending_refund donation dispute_defense_period_ended
`,
);
