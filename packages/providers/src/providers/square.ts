import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const square = definePreset({
  id: 'square',
  name: 'Square',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://developer.squareup.com/docs/webhooks/overview',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://developer.squareup.com/docs/webhooks/overview',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.squareup.com/docs/webhooks/step2subscribe',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: copySecret({
    where: 'the developer console of Square, under Webhooks',
    secret: 'the Signature Key of the subscription',
  }),
  documentation: 'https://developer.squareup.com/docs/webhooks/overview',
  scheme: {
    signature: { header: 'x-square-hmacsha256-signature' },
    encoding: 'base64',
    message: '{url}{body}',
  },
  retryHeaders: { number: 'square-retry-number', reason: 'square-retry-reason' },
  type: [{ json: '/type' }],
  control: [
    {
      when: { json: '/type', equals: 'oauth.authorization.revoked' },
      kind: 'revoked',
      type: 'oauth.authorization.revoked',
      reason: { json: '/data/object/revocation/revoker_type' },
    },
  ],
  source: [{ json: '/merchant_id' }],
  subject: { json: '/data/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `payment.created payment.updated refund.created refund.updated order.created order.updated
    order.fulfillment.updated invoice.created invoice.published invoice.updated invoice.payment_made
    invoice.scheduled_charge_failed invoice.refunded invoice.canceled invoice.deleted customer.created
    customer.updated customer.deleted subscription.created subscription.updated catalog.version.updated
    inventory.count.updated booking.created booking.updated card.created card.updated card.disabled
    card.forgotten dispute.created dispute.state.updated payout.sent payout.paid payout.failed
    loyalty.account.created loyalty.account.updated gift_card.created gift_card.updated
    team_member.created team_member.updated location.created location.updated
    oauth.authorization.revoked`,
});
