import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const viber = definePreset({
  id: 'viber',
  name: 'Viber',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Viber/viber-bot-node/blob/HEAD/lib/middleware.js',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.viber.com/docs/api/rest-bot-api/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/event' }, { json: '/message_token' }, { json: '/timestamp' }],
    ifPresent: [{ json: '/user_id' }],
    names: 'the event of a message, with its time',
    unique: 'account',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the set_webhook method of the Viber API',
    secret: 'the authentication token of the bot',
    notes: ['Viber sends an event named webhook immediately.'],
  }),
  documentation: 'https://developers.viber.com/docs/api/rest-bot-api/',
  scheme: { signature: { header: 'x-viber-content-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  control: [{ when: { json: '/event', equals: 'webhook' }, kind: 'verified', type: 'webhook' }],
  subject: [{ json: '/sender/id' }, { json: '/user/id' }, { json: '/user_id' }],
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: 'message subscribed unsubscribed conversation_started delivered seen failed action',
});
