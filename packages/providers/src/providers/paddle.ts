import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const paddle = definePreset({
  id: 'paddle',
  name: 'Paddle Billing',
  evidence: ['published-vector', 'official-sdk'],
  setup: copySecret({
    where: 'Paddle, under Developer tools, Notifications',
    secret: 'the secret key of the destination (pdl_ntfset_…)',
    notes: [
      'Paddle allows five seconds between signing and receiving. If that is too narrow for your clocks, raise the tolerance of this source.',
    ],
  }),
  documentation: 'https://developer.paddle.com/webhooks/overview',
  scheme: {
    signature: { header: 'paddle-signature', separators: ';', prefix: 'h1=' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: { header: 'paddle-signature', separators: ';', prefix: 'ts=', toleranceSeconds: 5 },
  },
  type: [{ json: '/event_type' }],
  deliveryId: { json: '/event_id' },
});
