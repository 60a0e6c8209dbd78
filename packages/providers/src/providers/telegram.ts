import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const telegram = definePreset({
  id: 'telegram',
  name: 'Telegram Bot API',
  evidence: ['official-docs', 'registry'],
  setup: chooseSecret({
    where: 'the setWebhook method of the Bot API',
    secret: 'secret_token (1 to 256 letters, digits, _ and -)',
  }),
  documentation: 'https://core.telegram.org/bots/api#setwebhook',
  scheme: { token: { header: 'x-telegram-bot-api-secret-token' } },
  type: [{ firstMemberExcept: ['update_id'] }],
  deliveryId: { json: '/update_id' },
});
