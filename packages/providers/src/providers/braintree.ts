import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The handshake requests a signature of any challenge. A payload is XML in base64, far longer than a challenge. */
export const braintree = definePreset({
  id: 'braintree',
  name: 'Braintree',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/braintree/braintree_node',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source:
        'https://github.com/braintree/braintree_node/blob/master/lib/braintree/webhook_notification_gateway.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { form: 'bt_payload' },
    names: 'the notification; the hashed payload contains its time',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: useKey({
    where: 'the Braintree control panel, under Settings, API, Webhooks',
    secret: 'the private key of the account',
    notes: [
      'Set the option public_key to the matching public key. Store both before you enter the address: Braintree then requests a signature, and Hookline answers.',
      'The event is the received form as JSON. Its field bt_payload is XML in base64, which the SDKs of Braintree read. Hookline takes the type and the time from that XML.',
    ],
  }),
  documentation: 'https://developer.paypal.com/braintree/docs/guides/webhooks/overview',
  caution: 'Braintree signs only the field bt_payload. That field contains the whole event.',
  options: {
    public_key: {
      description: 'The public key of the same API key, from the Braintree control panel.',
      required: true,
    },
  },
  scheme: {
    signature: { form: 'bt_signature', separators: '&', prefix: '{option:public_key}|' },
    encoding: 'hex',
    hash: 'sha1',
    key: 'sha1',
    message: ['{form:bt_payload}', '{form:bt_payload}\n'],
    bodyNotCovered: true,
  },
  type: [{ form: 'bt_payload', element: 'kind' }],
  time: { form: 'bt_payload', element: 'timestamp', unit: 'iso' },
  control: [{ when: { form: 'bt_payload', element: 'kind', equals: 'check' }, kind: 'test', type: 'check' }],
  eventTypes: `account_updater_daily_report connected_merchant_paypal_status_changed
    connected_merchant_status_transitioned disbursement dispute_under_review dispute_opened dispute_lost
    dispute_won dispute_accepted dispute_auto_accepted dispute_disputed dispute_expired
    grantor_updated_granted_payment_method granted_payment_instrument_update
    granted_payment_method_revoked local_payment_completed local_payment_expired local_payment_funded
    local_payment_reversed oauth_access_revoked partner_merchant_connected partner_merchant_declined
    partner_merchant_disconnected payment_method_customer_data_updated
    payment_method_revoked_by_customer recipient_updated_granted_payment_method refund_failed
    subscription_billing_skipped subscription_canceled subscription_charged_successfully
    subscription_charged_unsuccessfully subscription_expired subscription_trial_ended
    subscription_went_active subscription_went_past_due transaction_disbursed transaction_retried
    transaction_reviewed transaction_settled transaction_settlement_declined`,
  answerWithinMs: 30_000,
  handshakes: [
    {
      method: 'GET',
      token: { query: 'bt_challenge' },
      signs: /^[a-f0-9]{20,32}$/,
      reply: { text: '{option:public_key}|{hex}' },
    },
  ],
});
