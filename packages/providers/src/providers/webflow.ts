import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** Whether a retry repeats the timestamp of the first attempt is not documented, so any age is taken, as the SDK does. */
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
    because: 'the stock of an item may become the same again within minutes, and retries come after ten',
    retries: true,
    retriesForSeconds: 1_800,
  },
  setup: useKey({
    where: 'the webhooks API of Webflow',
    secret:
      'the client secret of the app, or, of a webhook made with a site token, the secretKey that the API returns,',
    notes: ['Webhooks made in the settings of a site are not signed, and are refused here.'],
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
