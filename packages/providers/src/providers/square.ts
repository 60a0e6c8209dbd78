import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const square = definePreset({
  id: 'square',
  name: 'Square',
  evidence: ['published-vector', 'official-sdk'],
  setup: copySecret({
    where: 'the developer console of Square, under Webhooks',
    secret: 'the Signature Key of the subscription',
  }),
  documentation: 'https://developer.squareup.com/docs/webhooks/overview',
  scheme: {
    signature: { header: 'x-square-hmacsha256-signature' },
    encoding: 'base64',
    message: '{url}{body}',
  },
  type: [{ json: '/type' }],
  deliveryId: { json: '/event_id' },
});
