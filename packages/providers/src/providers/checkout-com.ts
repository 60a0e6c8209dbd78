import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const checkoutCom = definePreset({
  id: 'checkout-com',
  name: 'Checkout.com',
  evidence: [
    { kind: 'official-docs', source: 'https://www.checkout.com/docs/workflows', checkedOn: '2026-11-29' },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'unknown', stable: 'unknown', retries: true },
  setup: copySecret({
    where: 'the Checkout.com dashboard, under Developers, Webhooks',
    secret: 'the signature key',
  }),
  documentation: 'https://www.checkout.com/docs/developer-resources/webhooks',
  scheme: { signature: { header: 'cko-signature' }, encoding: 'hex' },
  type: [{ json: '/type' }],
});
