import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const fastspring = definePreset({
  id: 'fastspring',
  name: 'FastSpring',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'FastSpring, under Developer Tools, Webhooks',
    secret: 'the HMAC SHA256 Secret',
    notes: [
      'Without a secret FastSpring does not sign, and its requests are refused here.',
      'A request may hold several events: it becomes one event here, with all of them.',
    ],
  }),
  documentation: 'https://developer.fastspring.com/reference/webhooks-overview',
  scheme: { signature: { header: 'x-fs-signature' }, encoding: 'base64' },
  type: [{ json: '/events/0/type' }],
});
