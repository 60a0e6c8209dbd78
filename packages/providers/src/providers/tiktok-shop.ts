import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const tiktokShop = definePreset({
  id: 'tiktok-shop',
  name: 'TikTok Shop',
  evidence: [{ kind: 'secondary', source: 'https://partner.tiktokshop.com', checkedOn: '2026-11-29' }],
  identity: {
    id: { json: '/tts_notification_id' },
    names: 'the notification',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the partner center of TikTok Shop, under Webhooks',
    secret: 'the app secret',
    notes: ['Set the option app_key to the key of the app: it is a part of what is signed.'],
  }),
  documentation: 'https://partner.tiktokshop.com',
  options: {
    app_key: {
      description: 'The app key, from the partner center of TikTok Shop: it is a part of what is signed.',
      required: true,
    },
  },
  scheme: { signature: { header: 'authorization' }, encoding: 'hex', message: '{option:app_key}{body}' },
  type: [{ json: '/type' }],
  answerWithinMs: 3_000,
});
