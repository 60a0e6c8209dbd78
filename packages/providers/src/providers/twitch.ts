import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const twitch = definePreset({
  id: 'twitch',
  name: 'Twitch EventSub',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/twitchdev/twitch-cli/blob/fd7dac6/internal/events/trigger/forward_event.go',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ header: 'twitch-eventsub-message-id' }, { json: '/id' }],
    // The body around a list has no id of its own.
    otherwise: [{ header: 'twitch-eventsub-message-id' }, { json: '/subscription/id' }],
    names: 'one notification of one subscription, or one item of it',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the EventSub subscriptions API of Twitch',
    secret: 'the transport secret (10 to 100 ASCII characters)',
    notes: ['Twitch sends a signed challenge immediately, and Hookline answers.'],
  }),
  documentation: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  scheme: {
    signature: { header: 'twitch-eventsub-message-signature', prefix: 'sha256=' },
    encoding: 'hex',
    message: '{header:twitch-eventsub-message-id}{timestamp}{body}',
    timestamp: {
      header: 'twitch-eventsub-message-timestamp',
      unit: 'iso',
      dates: 'unknown',
      toleranceSeconds: 600,
    },
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
  control: [
    {
      when: { header: 'twitch-eventsub-message-type', equals: 'revocation' },
      kind: 'revoked',
      type: 'revocation',
      reason: { json: '/subscription/status' },
    },
  ],
  // Only drop.entitlement.grant sends a list.
  batch: '/events',
  batchOptional: true,
  type: [{ header: 'twitch-eventsub-subscription-type' }],
  subject: [
    { around: '/subscription/condition/broadcaster_user_id' },
    { around: '/subscription/condition/to_broadcaster_user_id' },
    { around: '/subscription/condition/user_id' },
    { around: '/subscription/condition/client_id' },
    { around: '/subscription/condition/organization_id' },
  ],
  time: { header: 'twitch-eventsub-message-timestamp', unit: 'iso' },
  eventTypes: `stream.online stream.offline channel.update channel.follow channel.subscribe
    channel.subscription.end channel.subscription.gift channel.subscription.message channel.cheer
    channel.raid channel.ban channel.unban channel.moderator.add channel.moderator.remove
    channel.ad_break.begin channel.charity_campaign.donate channel.charity_campaign.start
    channel.charity_campaign.progress channel.charity_campaign.stop channel.shield_mode.begin
    channel.shield_mode.end channel.shoutout.create channel.shoutout.receive channel.unban_request.create
    channel.unban_request.resolve drop.entitlement.grant extension.bits_transaction.create
    channel.chat.message channel.chat.notification channel.chat.message_delete
    channel.chat.clear channel.channel_points_custom_reward.add
    channel.channel_points_custom_reward.update channel.channel_points_custom_reward.remove
    channel.channel_points_custom_reward_redemption.add
    channel.channel_points_custom_reward_redemption.update channel.poll.begin channel.poll.progress
    channel.poll.end channel.prediction.begin channel.prediction.progress channel.prediction.lock
    channel.prediction.end channel.hype_train.begin channel.hype_train.progress channel.hype_train.end
    channel.goal.begin channel.goal.progress channel.goal.end user.authorization.grant
    user.authorization.revoke user.update`,
});
