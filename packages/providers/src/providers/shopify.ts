import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const shopify = definePreset({
  id: 'shopify',
  name: 'Shopify',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://shopify.dev/docs/apps/build/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/Shopify/shopify-app-js/tree/HEAD/packages/apps/shopify-api/lib/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://shopify.dev/docs/apps/build/webhooks/verify-deliveries',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://shopify.dev/docs/apps/build/events/verify-deliveries',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { firstOf: [{ header: 'x-shopify-webhook-id' }, { header: 'shopify-webhook-id' }] },
    names: 'one delivery of one subscription',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 14_400,
  },
  setup: useKey({
    where: 'the app configuration (shopify.app.toml), the Admin API or the notification settings of the shop',
    secret: 'the client secret of the app, or the key that the notification settings show,',
    notes: ['Choose JSON as the format, not XML.'],
  }),
  documentation: 'https://shopify.dev/docs/apps/build/webhooks',
  // The newer events have header names without the X-.
  scheme: {
    signature: { header: 'x-shopify-hmac-sha256', moreHeaders: ['shopify-hmac-sha256'] },
    encoding: 'base64',
  },
  type: [{ firstOf: [{ header: 'x-shopify-topic' }, { header: 'shopify-topic' }] }],
  source: [{ firstOf: [{ header: 'x-shopify-shop-domain' }, { header: 'shopify-shop-domain' }] }],
  subject: [{ json: '/admin_graphql_api_id' }, { json: '/id' }],
  time: [
    { header: 'x-shopify-triggered-at', unit: 'iso' },
    { header: 'shopify-triggered-at', unit: 'iso' },
  ],
  eventTypes: `app/uninstalled app/scopes_update app_subscriptions/update bulk_operations/finish carts/create
    carts/update checkouts/create checkouts/update checkouts/delete collections/create
    collections/update collections/delete customers/create customers/update customers/delete
    customers/enable customers/disable customers/data_request customers/redact disputes/create
    disputes/update domains/create domains/update domains/destroy draft_orders/create
    draft_orders/update draft_orders/delete fulfillments/create fulfillments/update
    fulfillment_events/create fulfillment_events/delete inventory_items/create inventory_items/update
    inventory_items/delete inventory_levels/connect inventory_levels/update inventory_levels/disconnect
    locations/create locations/update locations/delete orders/create orders/updated orders/paid
    orders/cancelled orders/fulfilled orders/partially_fulfilled orders/edited orders/delete
    order_transactions/create products/create products/update products/delete refunds/create shop/update
    shop/redact tender_transactions/create themes/create themes/update themes/delete themes/publish Product`,
  answerWithinMs: 5_000,
});
