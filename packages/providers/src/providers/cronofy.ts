import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const cronofy = definePreset({
  id: 'cronofy',
  name: 'Cronofy',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/cronofy/cronofy-ruby/blob/master/spec/lib/cronofy/client_spec.rb',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/cronofy/cronofy-ruby/blob/master/lib/cronofy/client.rb',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.cronofy.com/developers/push-notifications/authentication/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'channel_id identifies the channel, and the body only contains the time of the earliest change',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the notification channels API of Cronofy',
    secret: 'the client secret of the app',
  }),
  documentation: 'https://docs.cronofy.com/developers/push-notifications/',
  scheme: { signature: { header: 'cronofy-hmac-sha256', separators: ', ' }, encoding: 'base64' },
  type: [{ json: '/notification/type' }],
  control: [
    { when: { json: '/notification/type', equals: 'verification' }, kind: 'verified', type: 'verification' },
  ],
  source: [{ json: '/channel/channel_id' }],
  eventTypes: `change profile_disconnected conferencing_profile_disconnected profile_initial_sync_completed
    gdpr_requested`,
});
