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
      'An event only names where its data is (resource_url): fetch it with your API key, after you have checked that its host is one of shipstation.com. For webhooks of the API V2 use the provider shipstation.',
    ],
  }),
  documentation: 'https://help.shipstation.com/hc/en-us/articles/360025856252-ShipStation-Webhooks',
  caution:
    'Nothing is signed: whoever learns the address can send any event, and with it an address to fetch. Never send your API key to another host than shipstation.com.',
  scheme: { token: { query: 'secret' } },
  type: [{ json: '/resource_type' }],
  subject: { json: '/resource_url' },
  eventTypes:
    'ORDER_NOTIFY ITEM_ORDER_NOTIFY SHIP_NOTIFY ITEM_SHIP_NOTIFY FULFILLMENT_SHIPPED FULFILLMENT_REJECTED',
});
