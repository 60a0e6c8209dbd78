import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const line = definePreset({
  id: 'line',
  name: 'LINE',
  evidence: ['official-sdk'],
  setup: useKey({
    where: 'the LINE developers console, under Messaging API',
    secret: 'the Channel secret',
    notes: ['A request may hold several events or none: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
  scheme: { signature: { header: 'x-line-signature' }, encoding: 'base64' },
  type: [{ json: '/events/0/type' }],
  deliveryId: { json: '/events/0/webhookEventId' },
});
