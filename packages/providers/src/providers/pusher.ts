import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const pusher = definePreset({
  id: 'pusher',
  name: 'Pusher Channels',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/pusher/pusher-http-node/blob/HEAD/lib/webhook.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://pusher.com/docs/channels/server_api/webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 300 },
  setup: useKey({
    where: 'the settings of the app in Pusher, under Webhooks',
    secret: 'the app secret',
  }),
  documentation: 'https://pusher.com/docs/channels/server_api/webhooks/',
  scheme: { signature: { header: 'x-pusher-signature' }, encoding: 'hex' },
  batch: '/events',
  type: [{ json: '/name' }],
  source: [{ json: '/channel' }],
  subject: { json: '/user_id' },
  time: { around: '/time_ms', unit: 'ms' },
  eventTypes: `channel_occupied channel_vacated member_added member_removed client_event cache_miss
    subscription_count`,
  answerWithinMs: 4_000,
});
