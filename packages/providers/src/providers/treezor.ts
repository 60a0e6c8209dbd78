import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The signature is in the body. It covers a member of the body in the JSON spelling of PHP. */
export const treezor = definePreset({
  id: 'treezor',
  name: 'Treezor',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.treezor.com/guide/webhooks/integrity-checks.html',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/webhook_id' },
    names: 'the webhook',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the webhook settings API of Treezor',
    secret: 'the webhook secret from your account manager (sandbox and production have different secrets)',
  }),
  documentation: 'https://docs.treezor.com/guide/webhooks/integrity-checks.html',
  caution:
    'Treezor signs only the member object_payload. The name and the id of the event are not protected.',
  scheme: {
    signature: { json: '/object_payload_signature' },
    encoding: 'base64',
    message: '{phpJson:/object_payload}',
    bodyNotCovered: true,
  },
  type: [{ json: '/webhook' }],
  source: [{ json: '/object' }],
  subject: { json: '/object_id' },
  time: { json: '/webhook_created_at', unit: '100us' },
  harmfulStatuses: {
    effects: {
      401: 'may end the retries: for a wrong signature Treezor expects a status of 500 or above',
    },
    instead: 503,
  },
  eventTypes: `payin.create payin.update payin.cancel payout.create payout.update payout.cancel
    cardtransaction.create transfer.create transfer.update transfer.cancel user.create user.update user.cancel
    user.kycreview user.kycrequest wallet.create wallet.update wallet.cancel`,
});
