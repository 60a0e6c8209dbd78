import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const fireflies = definePreset({
  id: 'fireflies',
  name: 'Fireflies',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the developer settings of Fireflies',
    secret: 'the webhook secret',
    notes: ['Without a secret Fireflies does not sign, and its requests are refused here.'],
  }),
  documentation: 'https://docs.fireflies.ai/graphql-api/webhooks',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  deliveryId: { header: 'x-webhook-delivery-id' },
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: 'meeting.transcribed meeting.summarized meeting.bot_joined',
});
