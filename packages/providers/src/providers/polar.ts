import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/** Standard Webhooks, but the key is the text of the secret: its SDK encodes it before the library decodes it. */
export const polar = definePreset({
  id: 'polar',
  name: 'Polar',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://polar.sh/docs/integrate/webhooks/endpoints',
      checkedOn: '2026-11-29',
    },
    { kind: 'official-docs', source: 'https://github.com/polarsource/polar', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event at one endpoint',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the organization settings of Polar, under Webhooks',
    secret: 'the webhook secret',
  }),
  documentation: 'https://polar.sh/docs/integrate/webhooks/endpoints',
  scheme: { ...standardWebhooksUnder('webhook'), key: 'utf8' },
  type: [{ json: '/type' }],
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `checkout.created checkout.updated customer.created customer.updated customer.deleted
    customer.state_changed order.created order.updated order.paid order.refunded refund.created
    refund.updated subscription.created subscription.updated subscription.active subscription.canceled
    subscription.uncanceled subscription.revoked product.created product.updated benefit.created
    benefit.updated benefit_grant.created benefit_grant.updated benefit_grant.cycled
    benefit_grant.revoked organization.updated`,
});
