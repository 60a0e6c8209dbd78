import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/**
 * Etsy calls the timestamp the time at which the event was emitted, so retries may repeat it, and the window covers the
 * retries. The id is signed, is the same at each retry, and protects against replays within the window.
 */
export const etsy = definePreset({
  id: 'etsy',
  name: 'Etsy',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.etsy.com/documentation/essentials/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the call of the webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 99_305,
  },
  setup: copySecret({
    where: 'the developer portal of Etsy, under the webhooks of the app',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://developers.etsy.com/documentation/essentials/webhooks',
  scheme: standardWebhooksUnder('webhook', 'event', 100_000),
  type: [{ json: '/event_type' }],
  source: [{ json: '/shop_id' }],
  subject: { json: '/resource_url' },
  eventTypes: 'order.paid order.canceled order.shipped order.delivered',
});
