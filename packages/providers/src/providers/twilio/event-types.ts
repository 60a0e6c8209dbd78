import { eventTypes } from '../../events/event-types.ts';

/** Messages, calls and recordings by their status, then all other types. */
export const TWILIO_EVENT_TYPES = eventTypes(
  'twilio',
  `
  message.accepted message.canceled message.delivered message.failed message.partially_delivered message.queued
  message.read message.received message.receiving message.scheduled message.sending message.sent
  message.undelivered
  call.answered call.busy call.canceled call.completed call.failed call.in-progress call.initiated call.no-answer
  call.queued call.ringing
  recording.absent recording.completed recording.failed recording.in-progress
  conversation.onConversationAdd conversation.onConversationAdded conversation.onConversationUpdated
  conversation.onConversationStateUpdated conversation.onConversationRemoved conversation.onMessageAdd
  conversation.onMessageAdded conversation.onMessageUpdate conversation.onMessageUpdated
  conversation.onMessageRemoved conversation.onParticipantAdded conversation.onParticipantUpdated
  conversation.onParticipantRemoved conversation.onDeliveryUpdated
  conference.conference-start conference.conference-end conference.participant-join
  conference.participant-leave room.room-created room.room-ended room.participant-connected
  room.participant-disconnected
  messaging.message.sent messaging.message.delivered messaging.message.failed
  messaging.inbound-message.received
  webhook
`,
);
