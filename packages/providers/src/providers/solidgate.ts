import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/**
 * Version 1: the signed message is the public key of the webhook, the body, and the public key again. Version 2: an
 * HMAC-SHA256 of the body, in base64.
 */
export const solidgate = definePreset({
  id: 'solidgate',
  name: 'Solidgate',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/solidgate-tech/go-sdk/blob/HEAD/api.go',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://api-docs.solidgate.com/api/openapi/main/md/webhook-signatures',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://api-docs.solidgate.com/api/v2/webhook-signatures',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'solidgate-event-id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'the Solidgate hub, under Developers, Channels',
    secret:
      'the secret key of webhooks (wh_sk_…, not the secret key of the API), or for version 2 the secret of the endpoint,',
  }),
  documentation: 'https://docs.solidgate.com/payments/integrate/webhooks/',
  scheme: {
    signature: { header: 'signature' },
    encoding: ['hex-in-base64', 'base64'],
    hash: ['sha512', 'sha256'],
    message: ['{header:merchant}{body}{header:merchant}', '{body}'],
  },
  type: [{ header: 'solidgate-event-type' }],
  subject: [{ json: '/order/order_id' }, { json: '/subscription/id' }],
  eventTypes: `card_gate.order.updated card_gate.chargeback.received card_gate.fraud_alert.received
    alt_gate.order.updated subscription.updated.v2`,
  answerWithinMs: 30_000,
});
