import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The documented signature is in base64; public receivers read base64 or hexadecimal digits. */
export const shopline = definePreset({
  id: 'shopline',
  name: 'SHOPLINE',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.shopline.com/docs/apps/api-instructions-for-use/webhooks/overview',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'x-shopline-webhook-id' },
    names: 'the message',
    unique: 'unknown',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the webhooks API of SHOPLINE',
    secret: 'the app secret (Developer Center, Apps, App credentials)',
  }),
  documentation: 'https://developer.shopline.com',
  scheme: { signature: { header: 'x-shopline-hmac-sha256' }, encoding: ['hex', 'base64'] },
  type: [{ header: 'x-shopline-topic' }],
  source: [{ header: 'x-shopline-shop-domain' }],
  subject: { json: '/id' },
  answerWithinMs: 5_000,
});
