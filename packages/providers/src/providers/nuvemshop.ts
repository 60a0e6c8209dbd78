import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const nuvemshop = definePreset({
  id: 'nuvemshop',
  name: 'Nuvemshop',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/TiendaNube/api-docs/blob/HEAD/resources/webhook.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://tiendanube.github.io/api-documentation/resources/webhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'the body names the object, and each of its updates has the same body',
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: useKey({ where: 'the webhooks API of Nuvemshop', secret: 'the client secret of the app' }),
  documentation: 'https://tiendanube.github.io/api-documentation/resources/webhook',
  scheme: { signature: { header: 'x-linkedstore-hmac-sha256' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  source: [{ json: '/store_id' }],
  subject: { json: '/id' },
  eventTypes: `app/uninstalled app/suspended app/resumed category/created category/updated category/deleted
    order/created order/updated order/paid order/packed order/fulfilled order/cancelled
    order/custom_fields_updated order/edited order/pending order/voided product/created
    product/updated product/deleted product_variant/custom_fields_updated domain/updated
    theme/updated order_custom_field/created order_custom_field/updated order_custom_field/deleted
    product_variant_custom_field/created product_variant_custom_field/updated
    product_variant_custom_field/deleted`,
  answerWithinMs: 3_000,
});
