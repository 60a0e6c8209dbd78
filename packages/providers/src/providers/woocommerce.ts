import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const woocommerce = definePreset({
  id: 'woocommerce',
  name: 'WooCommerce',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/woocommerce/woocommerce/blob/HEAD/plugins/woocommerce/includes/class-wc-webhook.php',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'X-WC-Webhook-Delivery-ID is the same for all requests of a webhook within a second',
    retries: false,
  },
  setup: chooseSecret({
    where: 'WooCommerce, under Settings, Advanced, Webhooks',
    secret: 'the Secret',
    notes: [
      'WooCommerce sends an unsigned ping when you save a webhook. Hookline answers it and stores nothing.',
    ],
  }),
  documentation: 'https://woocommerce.com/document/webhooks/',
  scheme: { signature: { header: 'x-wc-webhook-signature' }, encoding: 'base64' },
  handshakes: [{ method: 'POST', when: { form: 'webhook_id' } }],
  type: [{ header: 'x-wc-webhook-topic' }],
  subject: { json: '/id' },
  time: [
    { json: '/date_modified_gmt', unit: 'iso' },
    { json: '/date_created_gmt', unit: 'iso' },
  ],
  eventTypes: `coupon.created coupon.updated coupon.deleted customer.created customer.updated customer.deleted
    order.created order.updated order.deleted product.created product.updated product.deleted
    coupon.restored order.restored product.restored`,
});
