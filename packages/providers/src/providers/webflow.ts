import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** It is not documented whether a retry repeats the first timestamp, so any age is accepted, as in the SDK. */
export const webflow = definePreset({
  id: 'webflow',
  name: 'Webflow',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/webflow/js-webflow-api/blob/31e9cf38/src/wrapper/WebhooksClient.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.webflow.com/data/docs/working-with-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because:
      'the stock of an item may return to the same value within minutes, and a retry comes after ten minutes',
    retries: true,
    retriesForSeconds: 1_800,
  },
  setup: useKey({
    where: 'the webhooks API of Webflow',
    secret:
      'the client secret of the app, or for a webhook created with a site token the secretKey that the API returns,',
    notes: ['Webflow does not sign webhooks created in the settings of a site: Hookline refuses them.'],
  }),
  documentation: 'https://developers.webflow.com/data/docs/working-with-webhooks',
  scheme: {
    signature: { header: 'x-webflow-signature' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: { header: 'x-webflow-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: null },
  },
  type: [{ json: '/triggerType' }],
  source: [{ firstOf: [{ json: '/payload/siteId' }, { json: '/payload/site' }] }],
  subject: [{ json: '/payload/id' }, { json: '/payload/orderId' }, { json: '/payload/pageId' }],
  eventTypes: `form_submission site_publish page_created page_metadata_updated page_deleted ecomm_new_order
    ecomm_order_changed ecomm_inventory_changed collection_item_created collection_item_changed
    collection_item_deleted collection_item_published collection_item_unpublished comment_created`,
});
