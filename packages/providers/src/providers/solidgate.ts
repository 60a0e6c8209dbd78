import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** The public key of the webhook stands before and behind the body in what is signed. */
export const solidgate = definePreset({
  id: 'solidgate',
  name: 'Solidgate',
  evidence: [{ kind: 'official-docs', source: 'https://api-docs.solidgate.com', checkedOn: '2026-11-29' }],
  identity: {
    id: { header: 'solidgate-event-id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'the Solidgate hub, under Developers, Channels',
    secret: 'the secret key of webhooks (wh_sk_…, not the one of the API)',
  }),
  documentation: 'https://docs.solidgate.com/payments/integrate/webhooks/',
  scheme: {
    signature: { header: 'signature' },
    encoding: 'hex-in-base64',
    hash: 'sha512',
    message: '{header:merchant}{body}{header:merchant}',
  },
  type: [{ header: 'solidgate-event-type' }],
  eventTypes: `card_gate.order.updated card_gate.chargeback.received card_gate.fraud_alert.received
    alt_gate.order.updated subscription.updated.v2`,
  answerWithinMs: 30_000,
});
