import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** Its pages show base64; what comes is hexadecimal. */
export const shopline = definePreset({
  id: 'shopline',
  name: 'SHOPLINE',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.shopline.com/docs/apps/api-instructions-for-use/webhooks/overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-shopline-webhook-id' },
    names: 'the webhook',
    unique: 'unknown',
    stable: true,
    retries: 'unknown',
  },
  setup: useKey({ where: 'the webhooks API of SHOPLINE', secret: 'the app secret' }),
  documentation: 'https://developer.shopline.com',
  scheme: { signature: { header: 'x-shopline-hmac-sha256' }, encoding: 'hex' },
  type: [{ header: 'x-shopline-topic' }],
  answerWithinMs: 5_000,
});
