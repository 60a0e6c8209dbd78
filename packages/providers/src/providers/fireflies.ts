import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const fireflies = definePreset({
  id: 'fireflies',
  name: 'Fireflies',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.fireflies.ai/graphql-api/webhooks-v2',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-webhook-delivery-id' },
    names: 'the delivery',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the developer settings of Fireflies',
    secret: 'the webhook secret',
    notes: ['Without a secret Fireflies does not sign, and its requests are refused here.'],
  }),
  documentation: 'https://docs.fireflies.ai/graphql-api/webhooks',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: 'meeting.transcribed meeting.summarized meeting.bot_joined',
});
