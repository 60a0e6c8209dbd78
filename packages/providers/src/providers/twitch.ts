import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const twitch = definePreset({
  id: 'twitch',
  name: 'Twitch EventSub',
  evidence: ['official-sdk', 'registry'],
  setup: chooseSecret({
    where: 'the EventSub subscriptions API of Twitch',
    secret: 'the transport secret (10 to 100 ASCII characters)',
    notes: ['Twitch asks at once with a signed challenge, which is answered here.'],
  }),
  documentation: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  scheme: {
    signature: { header: 'twitch-eventsub-message-signature', prefix: 'sha256=' },
    encoding: 'hex',
    message: '{header:twitch-eventsub-message-id}{timestamp}{body}',
    timestamp: { header: 'twitch-eventsub-message-timestamp', unit: 'iso', toleranceSeconds: 600 },
  },
  handshakes: [
    {
      method: 'POST',
      when: { header: 'twitch-eventsub-message-type', equals: 'webhook_callback_verification' },
      token: { json: '/challenge' },
      requires: 'signature',
      reply: { text: '{token}' },
    },
  ],
  type: [{ header: 'twitch-eventsub-subscription-type' }],
  deliveryId: { header: 'twitch-eventsub-message-id' },
});
