import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

const WITH_CHAT = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_message',
  'edited_business_message',
  'message_reaction',
  'message_reaction_count',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
] as const;

export const telegram = definePreset({
  id: 'telegram',
  name: 'Telegram Bot API',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://core.telegram.org/bots/api#setwebhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/update_id' },
    names: 'the update of one bot',
    unique: 'source',
    uniqueSeconds: 604_800,
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: chooseSecret({
    where: 'the setWebhook method of the Bot API',
    secret: 'secret_token (1 to 256 letters, digits, _ and -)',
  }),
  documentation: 'https://core.telegram.org/bots/api#setwebhook',
  scheme: { token: { header: 'x-telegram-bot-api-secret-token' } },
  type: [{ firstMemberExcept: ['update_id'] }],
  subject: [
    ...WITH_CHAT.map((kind) => ({ json: `/${kind}/chat/id` }) as const),
    { json: '/callback_query/message/chat/id' },
    { json: '/inline_query/from/id' },
    { json: '/poll/id' },
  ],
  time: [
    // Only for an edited message is `date` the time of the first version.
    { json: '/edited_message/edit_date', unit: 's' },
    { json: '/edited_channel_post/edit_date', unit: 's' },
    ...WITH_CHAT.map((kind) => ({ json: `/${kind}/date`, unit: 's' }) as const),
  ],
  eventTypes: `message edited_message channel_post edited_channel_post business_connection business_message
    edited_business_message deleted_business_messages message_reaction message_reaction_count
    inline_query chosen_inline_result callback_query shipping_query pre_checkout_query
    purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request chat_boost
    removed_chat_boost managed_bot`,
});
