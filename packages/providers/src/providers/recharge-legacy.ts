import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** A plain digest of secret and body, for accounts without the newer signature. */
export const rechargeLegacy = definePreset({
  id: 'recharge-legacy',
  name: 'Recharge (X-Recharge-Hmac-Sha256)',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://changelog.getrecharge.com/webhook-signatures-now-support-timestamp-verification-4jEmOs',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.getrecharge.com/docs/webhooks-overview',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'secondary',
      source: 'https://github.com/hookdeck/webhook-skills/tree/HEAD/skills/recharge-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 172_800 },
  setup: useKey({
    where: 'the webhooks API of Recharge',
    secret: 'the API client secret',
    notes: [
      'If the requests have X-Recharge-Webhook-Signature, use the provider recharge: that signature has a timestamp and is an HMAC, not a plain hash.',
    ],
  }),
  documentation: 'https://developer.rechargepayments.com',
  scheme: {
    signature: { header: 'x-recharge-hmac-sha256' },
    encoding: 'hex',
    keyed: 'digest',
    message: '{secret}{body}',
  },
  answerWithinMs: 5_000,
  // The topic is not documented. If its header is present, it says more than the name of the resource.
  type: [{ firstMemberExcept: [], unless: { header: 'x-recharge-topic' } }],
  subject: [
    { json: '/charge/id' },
    { json: '/subscription/id' },
    { json: '/order/id' },
    { json: '/onetime/id' },
    { json: '/address/id' },
    { json: '/customer/id' },
  ],
  eventTypes: `address charge customer onetime order plan store subscription address/created
    address/updated async_batch/created async_batch/processed charge/created charge/deleted
    charge/failed charge/max_retries_reached charge/paid charge/refunded charge/uncaptured
    charge/upcoming charge/updated customer/activated customer/created customer/deactivated
    customer/deleted customer/payment_method_updated customer/updated onetime/created
    onetime/deleted onetime/updated order/cancelled order/created order/deleted
    order/payment_captured order/processed order/success order/upcoming order/updated
    plan/created plan/deleted plan/updated store/updated subscription/activated
    subscription/cancelled subscription/created subscription/deleted subscription/paused
    subscription/skipped subscription/swapped subscription/unskipped subscription/updated
    bundle_selection/created bundle_selection/updated bundle_selection/deleted
    checkout/created checkout/completed checkout/processed checkout/updated`,
});
