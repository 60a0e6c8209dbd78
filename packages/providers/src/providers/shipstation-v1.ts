import { definePreset } from '../presets/define-preset.ts';
import { secretInAddress } from '../presets/setup-steps.ts';

export const shipstationV1 = definePreset({
  id: 'shipstation-v1',
  name: 'ShipStation (API V1)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.shipstation.com/apis/shipstation-v1/docs/models/webhook',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: secretInAddress({
    where: 'ShipStation, under Settings, Integrations, Webhooks',
    notes: [
      'An event only contains the address of its data (resource_url): check that the host belongs to shipstation.com, then fetch the data with your API key. For webhooks of the API V2, use the provider shipstation.',
    ],
  }),
  documentation: 'https://help.shipstation.com/hc/en-us/articles/360025856252-ShipStation-Webhooks',
  caution:
    'Nothing is signed: anyone who knows the address can send any event, with any address to fetch. Never send your API key to another host than shipstation.com.',
  scheme: { token: { query: 'secret' } },
  type: [{ json: '/resource_type' }],
  subject: { json: '/resource_url' },
  eventTypes:
    'ORDER_NOTIFY ITEM_ORDER_NOTIFY SHIP_NOTIFY ITEM_SHIP_NOTIFY FULFILLMENT_SHIPPED FULFILLMENT_REJECTED',
});
