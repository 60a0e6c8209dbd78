import { eventTypes } from './event-types.ts';

/** Messages, calls and recordings by their status, then all else. */
export const TWILIO_EVENT_TYPES = eventTypes(
  'twilio',
  `
  message.accepted message.canceled message.delivered message.failed message.partially_delivered message.queued
  message.read message.received message.receiving message.scheduled message.sending message.sent
  message.undelivered
  call.answered call.busy call.canceled call.completed call.failed call.in-progress call.initiated call.no-answer
  call.queued call.ringing
  recording.absent recording.completed recording.failed recording.in-progress
  webhook
`,
);
