import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/**
 * Standard Webhooks, but the key is the text of the client secret: the provider's samples first encode it in base64.
 */
export const bigcommerce = definePreset({
  id: 'bigcommerce',
  name: 'BigCommerce',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/bigcommerce/docs/blob/main/docs/integrations/webhooks/https-webhook-overview.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/bigcommerce/docs/blob/main/docs/integrations/webhooks/events/index.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 172_800,
  },
  setup: useKey({
    where: 'the webhooks API of BigCommerce',
    secret: 'the client secret of the app',
    notes: [
      'An event contains only the id of the changed object: fetch the object from the API.',
      'BigCommerce blocks a domain for three minutes if more than a tenth of its requests fail. It deactivates a webhook that fails for two days.',
    ],
  }),
  documentation: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
  scheme: { ...standardWebhooksUnder('webhook'), key: 'utf8' },
  type: [{ json: '/scope' }],
  source: [{ json: '/store_id' }],
  subject: { json: '/data/id' },
  time: { json: '/created_at', unit: 's' },
  control: [
    {
      when: { json: '/scope', equals: 'store/hook/deliveryException' },
      kind: 'disabled',
      type: 'store.hook.deliveryException',
    },
  ],
  eventTypes: `store/app/uninstalled store/brand/metafield/created store/brand/metafield/deleted
    store/brand/metafield/updated store/cart/abandoned store/cart/converted store/cart/couponApplied
    store/cart/created store/cart/deleted store/cart/lineItem/created store/cart/lineItem/deleted
    store/cart/lineItem/updated store/cart/metafield/created store/cart/metafield/deleted
    store/cart/metafield/updated store/cart/updated store/category/created store/category/deleted
    store/category/metafield/created store/category/metafield/deleted store/category/metafield/updated
    store/category/updated store/channel/created store/channel/metafield/created
    store/channel/metafield/deleted store/channel/metafield/updated store/channel/updated
    store/customer/address/created store/customer/address/deleted store/customer/address/updated
    store/customer/channel/login/access/updated store/customer/created store/customer/deleted
    store/customer/payment/instrument/default/updated store/customer/updated store/information/updated
    store/inventory/location/metafield/created store/inventory/location/metafield/deleted
    store/inventory/location/metafield/updated store/metafield/created store/metafield/deleted
    store/metafield/updated store/modifier/updated store/option/updated store/order/archived
    store/order/created store/order/message/created store/order/metafield/created
    store/order/metafield/deleted store/order/metafield/updated store/order/refund/created
    store/order/statusUpdated store/order/transaction/created store/order/transaction/updated
    store/order/updated store/priceList/assignment/deleted store/priceList/assignment/updated
    store/priceList/created store/product/created store/product/deleted
    store/product/inventory/order/updated store/product/inventory/updated store/product/metafield/created
    store/product/metafield/deleted store/product/metafield/updated store/product/updated
    store/product/variant/metafield/created store/product/variant/metafield/deleted
    store/product/variant/metafield/updated store/shipment/created store/shipment/deleted
    store/shipment/updated store/sku/created store/sku/deleted store/sku/inventory/order/updated
    store/sku/inventory/updated store/sku/updated store/subscriber/created store/subscriber/deleted
    store/subscriber/updated`,
});
