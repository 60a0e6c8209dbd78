import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const sendbird = definePreset({
  id: 'sendbird',
  name: 'Sendbird',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.sendbird.com/platform/webhooks', checkedOn: '2026-11-30' },
    {
      kind: 'official-docs',
      source: 'https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the Sendbird dashboard, under Settings, Webhooks',
    secret: 'the master API token',
  }),
  documentation: 'https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview',
  scheme: { signature: { header: 'x-sendbird-signature' }, encoding: 'hex' },
  type: [{ json: '/category' }],
  source: [{ json: '/app_id' }],
  subject: { json: '/channel/channel_url' },
  time: [
    { json: '/payload/created_at', unit: 'ms' },
    { json: '/created_at', unit: 'ms' },
  ],
  eventTypes: `open_channel:create open_channel:remove open_channel:enter open_channel:exit
    open_channel:message_send open_channel:message_update open_channel:message_delete group_channel:create
    group_channel:changed group_channel:remove group_channel:invite group_channel:decline_invite
    group_channel:join group_channel:leave group_channel:message_send group_channel:message_read
    group_channel:message_update group_channel:message_delete group_channel:freeze_unfreeze
    group_channel:reaction_add group_channel:reaction_delete user:block user:unblock message:report
    user:report alert:user_message_rate_limit_exceeded profanity_filter:replace profanity_filter:block
    profanity_filter:moderate image_moderation:block`,
  answerWithinMs: 5_000,
});
