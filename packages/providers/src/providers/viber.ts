import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const viber = definePreset({
  id: 'viber',
  name: 'Viber',
  evidence: ['official-sdk'],
  setup: useKey({
    where: 'the set_webhook method of the Viber API',
    secret: 'the authentication token of the bot',
    notes: ['Viber sends an event named webhook at once.'],
  }),
  documentation: 'https://developers.viber.com/docs/api/rest-bot-api/',
  scheme: { signature: { header: 'x-viber-content-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
});
