import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/**
 * `Klaviyo-Timestamp` is signed as it stands, an HTTP date. Its age is not checked: in a live test of September 2026 it
 * was wrong by five hours. The ids of the events protect against replays.
 */
export const klaviyo = definePreset({
  id: 'klaviyo',
  name: 'Klaviyo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
      checkedOn: '2026-11-30',
    },
    { kind: 'secondary', source: 'https://github.com/nickdnk/klaviyo-php-sdk', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: [{ json: '/external_id' }, { json: '/topic' }],
    names: 'the event; Klaviyo-Webhook-Id identifies the subscription',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the webhooks API of Klaviyo',
    secret: 'the secret key (at least 16 characters)',
    notes: ['Klaviyo signs only system webhooks: Hookline refuses requests of the flow action Webhook.'],
  }),
  documentation: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
  scheme: {
    signature: { header: 'klaviyo-signature' },
    encoding: 'hex',
    message: '{body}{timestamp}',
    timestamp: {
      header: 'klaviyo-timestamp',
      unit: 'http-date',
      dates: 'unknown',
      toleranceSeconds: null,
    },
  },
  batch: '/data',
  type: [{ json: '/topic' }],
  source: [{ around: '/meta/klaviyo_account_id' }],
  subject: { json: '/payload/data/relationships/profile/data/id' },
  time: { json: '/payload/data/attributes/datetime', unit: 'iso' },
  // Klaviyo's own topics. Each metric of the account is a topic too, such as event:api.viewed_product.
  eventTypes: `event:klaviyo.bounced_email event:klaviyo.clicked_email event:klaviyo.dropped_email
    event:klaviyo.subscribed_to_email_marketing event:klaviyo.unsubscribed_from_email_marketing
    event:klaviyo.manually_suppressed_from_email_marketing
    event:klaviyo.manually_unsuppressed_from_email_marketing event:klaviyo.received_email
    event:klaviyo.marked_email_as_spam event:klaviyo.opened_email event:klaviyo.updated_email_preferences
    event:klaviyo.clicked_sms event:klaviyo.failed_to_deliver_automated_response_sms
    event:klaviyo.failed_to_deliver_sms event:klaviyo.received_automated_response_sms
    event:klaviyo.received_sms event:klaviyo.sent_sms event:klaviyo.subscribed_to_sms_marketing
    event:klaviyo.unsubscribed_from_sms_marketing event:klaviyo.received_push event:klaviyo.bounced_push
    event:klaviyo.opened_push event:klaviyo.ready_to_review event:klaviyo.submitted_rating
    event:klaviyo.submitted_review`,
  answerWithinMs: 5_000,
});
