import { definePreset } from '../presets/define-preset.ts';

export const tokenIo = definePreset({
  id: 'token-io',
  name: 'Token.io',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.token.io/products/tpp/integration-considerations/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: [
    'In the Token.io dashboard, under Settings, Member Information, copy the public key and store it here as the secret of this source.',
    'Through the API of Token.io (PUT /webhook/config), set the address of this source and the types of events to send.',
  ],
  documentation: 'https://docs.token.io/products/tpp/integration-considerations/webhooks',
  scheme: {
    signature: { header: 'token-signature' },
    encoding: 'base64url',
    publicKeyPrefix: '',
    publicKeyEncoding: 'base64url',
  },
  type: [{ firstOf: [{ header: 'token-event' }, { json: '/eventType' }] }],
  subject: [{ json: '/payment/id' }, { json: '/transferId' }],
  eventTypes: `PAYMENT_STATUS_CHANGED REFUND_STATUS_CHANGED TRANSFER_STATUS_CHANGED VRP_STATUS_CHANGED
    VRP_CONSENT_STATUS_CHANGED VIRTUAL_ACCOUNT_CREDIT_RECEIVED PAYOUT_STATUS_CHANGED`,
});
