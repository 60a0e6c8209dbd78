import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'telegram',
  source: 'https://core.telegram.org/bots/api#setwebhook',
  secrets: ['a_long-random-text_of-Telegram', 'another-random_text-of_Telegram'],
  covers: 'nothing',
  signatureHeaders: ['x-telegram-bot-api-secret-token'],
  body: '{"update_id":10000,"message":{"date":1700000000,"chat":{"last_name":"Test","id":1111111,"first_name":"Test","username":"Test"},"message_id":1365,"from":{"id":1111111,"is_bot":false,"first_name":"Test"},"text":"/start"}}',
  sign: ({ secret }) => ({ headers: { 'x-telegram-bot-api-secret-token': secret } }),
};
