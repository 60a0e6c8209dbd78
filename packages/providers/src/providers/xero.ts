import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const xero = definePreset({
  id: 'xero',
  name: 'Xero',
  evidence: ['registry'],
  setup: copySecret({
    where: 'the developer portal of Xero, under Webhooks',
    secret: 'the Webhooks key',
    notes: [
      'Xero checks the address with right and wrong signatures before it is used: store the key first.',
      'A request may hold several events: it becomes one event here, with all of them.',
    ],
  }),
  documentation: 'https://developer.xero.com/documentation/guides/webhooks/overview/',
  scheme: { signature: { header: 'x-xero-signature' }, encoding: 'base64' },
  type: [{ json: '/events/0/eventType' }],
  answerWithinMs: 5_000,
});
