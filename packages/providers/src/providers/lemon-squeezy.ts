import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const lemonSqueezy = definePreset({
  id: 'lemon-squeezy',
  name: 'Lemon Squeezy',
  evidence: ['registry'],
  setup: chooseSecret({ where: 'the Lemon Squeezy settings, under Webhooks', secret: 'the Signing secret' }),
  documentation: 'https://docs.lemonsqueezy.com/help/webhooks',
  scheme: { signature: { header: 'x-signature' }, encoding: 'hex' },
  type: [{ header: 'x-event-name' }],
});
