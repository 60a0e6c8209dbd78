import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const paymob = definePreset({
  id: 'paymob',
  name: 'Paymob',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://developers.paymob.com/paymob-docs/developers/webhook-callbacks-and-hmac/hmac/hmac-transaction-callback',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'obj.id identifies the transaction', retries: 'unknown' },
  setup: useKey({
    where: 'the Paymob dashboard, as the transaction processed callback',
    secret: 'the HMAC secret of the account',
    notes: [
      'Do not change the address of the response callback: the browser of the customer is redirected there.',
    ],
  }),
  documentation: 'https://developers.paymob.com',
  caution: 'Paymob signs only twenty fields of a transaction, or eight fields of a card token.',
  scheme: {
    signature: { query: 'hmac' },
    encoding: 'hex',
    hash: 'sha512',
    message: [
      '{json:/obj/amount_cents}{json:/obj/created_at}{json:/obj/currency}{json:/obj/error_occured}{json:/obj/has_parent_transaction}{json:/obj/id}{json:/obj/integration_id}{json:/obj/is_3d_secure}{json:/obj/is_auth}{json:/obj/is_capture}{json:/obj/is_refunded}{json:/obj/is_standalone_payment}{json:/obj/is_voided}{json:/obj/order/id}{json:/obj/owner}{json:/obj/pending}{json:/obj/source_data/pan}{json:/obj/source_data/sub_type}{json:/obj/source_data/type}{json:/obj/success}',
      '{json:/obj/card_subtype}{json:/obj/created_at}{json:/obj/email}{json:/obj/id}{json:/obj/masked_pan}{json:/obj/merchant_id}{json:/obj/order_id}{json:/obj/token}',
    ],
    bodyNotCovered: true,
  },
  type: [{ json: '/type' }],
  subject: { json: '/obj/id' },
  eventTypes: 'TRANSACTION TOKEN',
});
