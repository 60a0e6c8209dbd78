import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const sinch = definePreset({
  id: 'sinch',
  name: 'Sinch (Conversation, SMS)',
  evidence: [
    {
      kind: 'official-sdk',
      source:
        'https://github.com/sinch/sinch-sdk-node/blob/HEAD/packages/sdk-client/src/utils/authorization.helper.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/sinch/docs/blob/HEAD/docs/conversation/conversation-callbacks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 163_835 },
  setup: chooseSecret({
    where: 'the webhooks of the Conversation app, or of the SMS service, of Sinch',
    secret: 'the secret',
    notes: ['Voice, Verification, Numbers and Fax sign differently: Hookline refuses their webhooks.'],
  }),
  documentation: 'https://developers.sinch.com/docs/conversation/callbacks/',
  scheme: {
    signature: { header: 'x-sinch-webhook-signature' },
    encoding: 'base64',
    message: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
    timestamp: { header: 'x-sinch-webhook-signature-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [
    {
      firstMemberExcept: [
        'app_id',
        'project_id',
        'accepted_time',
        'event_time',
        'message_metadata',
        'correlation_id',
      ],
      unless: { json: '/type' },
    },
  ],
  source: [{ firstOf: [{ json: '/app_id' }, { json: '/to' }] }],
  subject: [
    { json: '/message/id' },
    { json: '/message_delivery_report/message_id' },
    { json: '/batch_id' },
    { json: '/id' },
  ],
  time: [
    { json: '/event_time', unit: 'iso' },
    { json: '/accepted_time', unit: 'iso' },
    { json: '/at', unit: 'iso' },
    { json: '/received_at', unit: 'iso' },
  ],
  eventTypes: `message message_delivery_report message_submit_notification event
    contact_create_notification contact_delete_notification contact_merge_notification
    contact_update_notification contact_identities_duplication_notification
    conversation_start_notification conversation_stop_notification conversation_delete_notification
    capability_notification opt_in_notification opt_out_notification channel_event_notification
    unsupported_notification smart_conversation_notification record_notification mo_text mo_binary mo_media
    delivery_report_sms recipient_delivery_report_sms delivery_report_mms recipient_delivery_report_mms`,
});
