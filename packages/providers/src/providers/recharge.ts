import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const recharge = definePreset({
  id: 'recharge',
  name: 'Recharge',
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
    notes: ['Hookline verifies only X-Recharge-Webhook-Signature with this provider.'],
  }),
  documentation: 'https://developer.rechargepayments.com',
  scheme: {
    signature: { header: 'x-recharge-webhook-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-recharge-webhook-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 172800,
    },
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
