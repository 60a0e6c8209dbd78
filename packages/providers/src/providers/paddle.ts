import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const paddle = definePreset({
  id: 'paddle',
  name: 'Paddle Billing',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://developer.paddle.com/webhooks/overview',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source:
        'https://github.com/PaddleHQ/paddle-node-sdk/blob/b8ee4b1/src/notifications/helpers/webhooks-validator.ts',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event, at all destinations',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'Paddle, under Developer tools, Notifications',
    secret: 'the secret key of the destination (pdl_ntfset_…)',
    notes: [
      'Paddle allows five seconds between signing and receiving. If that is too narrow for your clocks, raise the tolerance of this source.',
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
  time: { json: '/occurred_at', unit: 'iso' },
  eventTypes: `transaction.created transaction.updated transaction.ready transaction.billed transaction.paid
    transaction.completed transaction.past_due transaction.payment_failed transaction.canceled
    transaction.revised subscription.created subscription.updated subscription.activated
    subscription.trialing subscription.past_due subscription.paused subscription.resumed
    subscription.canceled subscription.imported product.created product.updated product.imported
    price.created price.updated price.imported customer.created customer.updated customer.imported
    address.created address.updated address.imported business.created business.updated business.imported
    adjustment.created adjustment.updated discount.created discount.updated discount.imported
    payment_method.saved payment_method.deleted payout.created payout.paid report.created report.updated`,
});
