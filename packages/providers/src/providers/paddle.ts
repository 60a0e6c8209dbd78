import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const paddle = definePreset({
  id: 'paddle',
  name: 'Paddle Billing',
  evidence: [
    {
      kind: 'published-vector',
      source:
        'https://github.com/PaddleHQ/paddle-node-sdk/blob/HEAD/src/__tests__/notifications/webhooks-validator.node.test.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source:
        'https://github.com/PaddleHQ/paddle-node-sdk/blob/HEAD/src/notifications/helpers/webhooks-validator.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.paddle.com/webhooks/about/respond-to-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event, the same at all destinations',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: copySecret({
    where: 'Paddle, under Developer tools, Notifications',
    secret: 'the secret key of the destination (pdl_ntfset_…)',
    notes: [
      'Paddle allows five seconds between signing and receiving. If your clocks are less exact, raise the tolerance of this source.',
    ],
  }),
  documentation: 'https://developer.paddle.com/webhooks/overview',
  scheme: {
    signature: { header: 'paddle-signature', separators: ';', prefix: 'h1=' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: {
      header: 'paddle-signature',
      separators: ';',
      prefix: 'ts=',
      dates: 'unknown',
      toleranceSeconds: 5,
    },
  },
  type: [{ json: '/event_type' }],
  subject: { json: '/data/id' },
  time: { json: '/occurred_at', unit: 'iso' },
  eventTypes: `address.created address.updated address.imported adjustment.created adjustment.updated
    api_key.created api_key.updated api_key.expiring api_key.expired api_key.revoked
    api_key_exposure.created business.created business.updated business.imported
    client_token.created client_token.updated client_token.revoked customer.created
    customer.updated customer.imported discount.created discount.updated discount.imported
    discount_group.created discount_group.updated payment_method.saved payment_method.deleted
    payout.created payout.paid price.created price.updated price.imported product.created
    product.updated product.imported report.created report.updated subscription.created
    subscription.updated subscription.activated subscription.trialing subscription.past_due
    subscription.paused subscription.resumed subscription.canceled subscription.imported
    transaction.created transaction.updated transaction.ready transaction.billed transaction.paid
    transaction.completed transaction.past_due transaction.payment_failed transaction.canceled
    transaction.revised`,
  answerWithinMs: 5_000,
});
