import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/**
 * It is not documented whether a retry has a new timestamp, and retries continue for three days. So timestamps of any
 * age are accepted, and the id of the event protects against replays. Airwallex recommends the timestamp for ordering.
 */
export const airwallex = definePreset({
  id: 'airwallex',
  name: 'Airwallex',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://www.airwallex.com/docs/developer-tools/webhooks/webhooks-overview',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: copySecret({
    where: 'the Airwallex web app, under Developer, Webhooks',
    secret: 'the secret key of the webhook',
  }),
  documentation: 'https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events',
  scheme: {
    signature: { header: 'x-signature' },
    encoding: 'hex',
    message: '{timestamp}{body}',
    timestamp: { header: 'x-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: null },
  },
  type: [{ json: '/name' }],
  source: [{ firstOf: [{ json: '/account_id' }, { json: '/org_id' }, { json: '/accountId' }] }],
  subject: [{ json: '/data/object/id' }, { json: '/data/id' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `payment_intent.created payment_intent.requires_payment_method payment_intent.requires_customer_action
    payment_intent.requires_capture payment_intent.pending payment_intent.succeeded payment_intent.cancelled
    payment_attempt.received payment_attempt.authorized payment_attempt.authentication_failed
    payment_attempt.authorization_failed payment_attempt.capture_requested payment_attempt.capture_failed
    payment_attempt.settled payment_attempt.paid payment_attempt.cancelled payment_attempt.expired
    refund.received refund.accepted refund.settled refund.failed charge.new charge.pending charge.settled
    charge.suspended`,
});
