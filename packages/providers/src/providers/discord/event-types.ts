import { eventTypes } from '../../events/event-types.ts';

/** Webhook events, then interactions. */
export const DISCORD_EVENT_TYPES = eventTypes(
  'discord',
  `
  application_authorized application_deauthorized entitlement_create entitlement_update entitlement_delete
  quest_user_enrollment lobby_message_create lobby_message_update lobby_message_delete
  game_direct_message_create game_direct_message_update game_direct_message_delete

  interaction.application_command interaction.message_component interaction.application_command_autocomplete
  interaction.modal_submit
`,
);
