import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** A retry repeats the timestamp of the first attempt, so its age says nothing. */
export const webflow = definePreset({
  id: 'webflow',
  name: 'Webflow',
  evidence: [
    { kind: 'official-docs', source: 'https://github.com/webflow/js-webflow-api', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'the stock of an item may become the same again within minutes, and retries come after ten',
    retries: true,
  },
  setup: useKey({
    where: 'the webhooks API or the site settings of Webflow',
    secret: 'the client secret of the app, or the secret of a webhook made in the site settings,',
  }),
  documentation: 'https://developers.webflow.com/data/docs/working-with-webhooks',
  scheme: {
    signature: { header: 'x-webflow-signature' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: { header: 'x-webflow-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: null },
  },
  type: [{ json: '/triggerType' }],
  eventTypes: `form_submission site_publish page_created page_metadata_updated page_deleted ecomm_new_order
    ecomm_order_changed ecomm_inventory_changed collection_item_created collection_item_changed
    collection_item_deleted collection_item_published collection_item_unpublished`,
});
