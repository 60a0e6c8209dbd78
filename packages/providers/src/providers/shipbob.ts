import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const shipbob = definePreset({
  id: 'shipbob',
  name: 'ShipBob',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.shipbob.com/2026-07/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.shipbob.com/experimental/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the webhook settings of ShipBob', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://developer.shipbob.com/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  // The older subscriptions (v1 and v2) name the topic in another header.
  type: [{ firstOf: [{ header: 'x-webhook-topic' }, { header: 'shipbob-topic' }] }],
  eventTypes: `order.shipped order.delivered order.shipment.delivered order.shipment.exception
    order.shipment.on_hold order.shipment.cancelled order.shipment.tracking.updated
    order.shipment.address.updated order.shipment.line_item.added order.shipment.line_item.removed
    order.shipment.line_item.updated order.shipment.shipping_service.updated return.created return.updated
    return.completed billing.charge.created order_shipped shipment_delivered shipment_exception
    shipment_onhold shipment_cancelled`,
  answerWithinMs: 15_000,
});
