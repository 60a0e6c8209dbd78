import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'woocommerce',
  source: 'woocommerce/woocommerce plugins/woocommerce/includes/class-wc-webhook.php',
  secrets: ['a long random text of WooCommerce', 'another random text of WooCommerce'],
  covers: 'body',
  signatureHeaders: ['x-wc-webhook-signature'],
  body: '{"id":727,"status":"processing","currency":"USD","date_created":"2023-11-14T22:13:20","total":"29.35"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-wc-webhook-source': 'https://shop.example.com/',
      'x-wc-webhook-topic': 'order.updated',
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-event': 'updated',
      'x-wc-webhook-id': '1',
      'x-wc-webhook-delivery-id': '0b7a3c5d9e1f2a4b6c8d0e2f4a6b8c0d',
      'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
    },
  }),
};
