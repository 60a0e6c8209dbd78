import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const tiktokShop = definePreset({
  id: 'tiktok-shop',
  name: 'TikTok Shop',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://www.skills.sh/hookdeck/webhook-skills/tiktok-shop-webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'secondary',
      source: 'https://github.com/easycb/easycb-go/blob/HEAD/tiktok/sign.go',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/tts_notification_id' },
    names: 'the notification',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the partner center of TikTok Shop, under Webhooks',
    secret: 'the app secret',
    notes: ['Set the option app_key to the key of the app: the signed message contains it.'],
  }),
  documentation: 'https://partner.tiktokshop.com',
  options: {
    app_key: {
      description: 'The app key, from the partner center of TikTok Shop. The signed message contains it.',
      required: true,
    },
  },
  scheme: { signature: { header: 'authorization' }, encoding: 'hex', message: '{option:app_key}{body}' },
  // By number. An unlisted number stays a number.
  type: [
    {
      json: '/type',
      named: {
        '1': 'ORDER_STATUS_CHANGE',
        '3': 'RECIPIENT_ADDRESS_UPDATE',
        '4': 'PACKAGE_UPDATE',
        '5': 'PRODUCT_STATUS_CHANGE',
        '6': 'SELLER_DEAUTHORIZATION',
        '7': 'UPCOMING_AUTHORIZATION_EXPIRATION',
        '11': 'CANCELLATION_STATUS_CHANGE',
        '12': 'RETURN_STATUS_CHANGE',
        '13': 'NEW_CONVERSATION',
        '14': 'NEW_MESSAGE',
      },
    },
  ],
  control: [{ when: { json: '/type', equals: '6' }, kind: 'revoked', type: 'SELLER_DEAUTHORIZATION' }],
  source: [{ json: '/shop_id' }],
  subject: [{ json: '/data/order_id' }, { json: '/data/product_id' }],
  time: { json: '/timestamp', unit: 's' },
  eventTypes: `ORDER_STATUS_CHANGE RECIPIENT_ADDRESS_UPDATE PACKAGE_UPDATE PRODUCT_STATUS_CHANGE
    SELLER_DEAUTHORIZATION UPCOMING_AUTHORIZATION_EXPIRATION CANCELLATION_STATUS_CHANGE
    RETURN_STATUS_CHANGE NEW_CONVERSATION NEW_MESSAGE`,
  answerWithinMs: 3_000,
});
