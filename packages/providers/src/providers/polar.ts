import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/**
 * Standard Webhooks. For secrets that Polar generated since September 2026, the key is the decoded base64. For older
 * secrets, and for secrets that merchants chose, the key is the whole text. The form of the secret does not tell which.
 */
export const polar = definePreset({
  id: 'polar',
  name: 'Polar',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/polarsource/polar/blob/HEAD/server/polar/webhook/tasks.py',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://polar.sh/docs/integrate/webhooks/endpoints',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event in one endpoint',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the organization settings of Polar, under Webhooks',
    secret: 'the webhook secret',
  }),
  documentation: 'https://polar.sh/docs/integrate/webhooks/endpoints',
  scheme: { ...standardWebhooksUnder('webhook', 'attempt'), key: ['utf8', { base64After: 'whsec_' }] },
  type: [{ json: '/type' }],
  subject: { json: '/data/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `checkout.created checkout.updated checkout.expired customer.created customer.updated
    customer.deleted customer.state_changed customer_seat.assigned customer_seat.claimed
    customer_seat.revoked member.created member.updated member.deleted order.created order.updated
    order.paid order.refunded subscription.created subscription.updated subscription.active
    subscription.canceled subscription.uncanceled subscription.cycled subscription.revoked
    subscription.past_due subscription.paused subscription.resumed subscription.migrated
    refund.created refund.updated product.created product.updated discount.created
    discount.updated discount.deleted benefit.created benefit.updated benefit_grant.created
    benefit_grant.cycled benefit_grant.updated benefit_grant.revoked organization.updated`,
});
