import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const razorpay = definePreset({
  id: 'razorpay',
  name: 'Razorpay',
  evidence: ['official-sdk'],
  setup: chooseSecret({ where: 'the Razorpay dashboard, under Webhooks', secret: 'the Secret' }),
  documentation: 'https://razorpay.com/docs/webhooks/',
  scheme: { signature: { header: 'x-razorpay-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  deliveryId: { header: 'x-razorpay-event-id' },
  answerWithinMs: 5_000,
});
