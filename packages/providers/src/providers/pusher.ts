import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const pusher = definePreset({
  id: 'pusher',
  name: 'Pusher Channels',
  evidence: ['official-sdk'],
  setup: useKey({
    where: 'the settings of the app in Pusher, under Webhooks',
    secret: 'the app secret',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://pusher.com/docs/channels/server_api/webhooks/',
  scheme: { signature: { header: 'x-pusher-signature' }, encoding: 'hex' },
  type: [{ json: '/events/0/name' }],
});
