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
    id: [{ json: '/event' }, { json: '/meeting_id' }, { json: '/timestamp' }],
    names: 'the event of a meeting, with its time in ms; X-Webhook-Delivery-Id is not documented',
    unique: 'account',
    stable: true,
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the developer settings of Fireflies',
    secret: 'the webhook secret',
    notes: ['Use Webhooks V2. Without a secret Fireflies does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://docs.fireflies.ai/graphql-api/webhooks-v2',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  subject: { json: '/meeting_id' },
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: 'meeting.transcribed meeting.summarized meeting.bot_joined',
  answerWithinMs: 10_000,
});
