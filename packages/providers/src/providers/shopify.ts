import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const shopify = definePreset({
  id: 'shopify',
  name: 'Shopify',
  evidence: ['published-vector', 'official-sdk'],
  setup: useKey({
    where: 'the app configuration (shopify.app.toml), the Admin API or the notification settings of the shop',
    secret: 'the client secret of the app, or the key that the notification settings show,',
  }),
  documentation: 'https://shopify.dev/docs/apps/build/webhooks',
  scheme: { signature: { header: 'x-shopify-hmac-sha256' }, encoding: 'base64' },
  type: [{ header: 'x-shopify-topic' }],
  deliveryId: { header: 'x-shopify-webhook-id' },
  source: [{ header: 'x-shopify-shop-domain' }],
  answerWithinMs: 5_000,
});
