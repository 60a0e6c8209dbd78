import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

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
  },
  setup: chooseSecret({
    where: 'the setWebhook method of the Bot API',
    secret: 'secret_token (1 to 256 letters, digits, _ and -)',
  }),
  documentation: 'https://core.telegram.org/bots/api#setwebhook',
  scheme: { token: { header: 'x-telegram-bot-api-secret-token' } },
  type: [{ firstMemberExcept: ['update_id'] }],
  eventTypes: `message edited_message channel_post edited_channel_post business_connection business_message
    edited_business_message deleted_business_messages message_reaction message_reaction_count
    inline_query chosen_inline_result callback_query shipping_query pre_checkout_query
    purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request chat_boost
    removed_chat_boost`,
});
