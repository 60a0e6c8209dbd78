import { eventTypes } from '../../events/event-types.ts';

/** By object: Instagram, Facebook pages and users, WhatsApp. An app receives the fields to which it is subscribed. */
export const META_EVENT_TYPES = eventTypes(
  'meta',
  `
  instagram.comments instagram.live_comments instagram.mentions instagram.message_reactions
  instagram.messages instagram.messaging_postbacks instagram.messaging_seen instagram.story_insights
  instagram.messaging.message instagram.messaging.message_edit instagram.messaging.postback
  instagram.messaging.reaction instagram.messaging.read instagram.messaging.referral

  page.conversations page.feed page.leadgen page.live_videos page.mention page.ratings page.videos
  page.messaging.account_linking page.messaging.app_roles page.messaging.delivery
  page.messaging.message page.messaging.message_edit page.messaging.optin
  page.messaging.pass_thread_control page.messaging.policy_enforcement page.messaging.postback
  page.messaging.reaction page.messaging.read page.messaging.referral page.messaging.request_thread_control
  page.messaging.response_feedback page.messaging.take_thread_control page.standby.message

  user.email user.feed user.friends user.likes user.name user.photos
  permissions.connected permissions.email

  whatsapp_business_account.account_alerts whatsapp_business_account.account_review_update
  whatsapp_business_account.account_update whatsapp_business_account.business_capability_update
  whatsapp_business_account.calls whatsapp_business_account.flows
  whatsapp_business_account.group_lifecycle_update whatsapp_business_account.group_participants_update
  whatsapp_business_account.group_settings_update whatsapp_business_account.group_status_update whatsapp_business_account.history
  whatsapp_business_account.message_template_components_update
  whatsapp_business_account.message_template_quality_update
  whatsapp_business_account.message_template_status_update whatsapp_business_account.messages
  whatsapp_business_account.phone_number_name_update whatsapp_business_account.phone_number_quality_update
  whatsapp_business_account.security whatsapp_business_account.smb_app_state_sync
  whatsapp_business_account.smb_message_echoes whatsapp_business_account.template_category_update
  whatsapp_business_account.user_preferences
`,
);
