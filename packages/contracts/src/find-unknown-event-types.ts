import Type from 'typebox';
import { EventTypePattern, one, UserId } from './api/common.ts';
import { defineOperations } from './operation.ts';

/**
 * What the gateway asks ingest, who knows the types of events, when somebody subscribes: which of these patterns name
 * nothing that was ever listed or sent. Of no use to others, and not part of the API.
 */
export const { findUnknownEventTypes } = defineOperations({
  findUnknownEventTypes: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Event types',
    method: 'POST',
    path: '/internal/unknown-event-types',
    summary: 'Which patterns name no type that was ever listed or sent',
    body: Type.Object(
      {
        userId: Type.Optional(UserId),
        patterns: Type.Array(EventTypePattern, {
          maxItems: 200,
        }),
      },
      { additionalProperties: false },
    ),
    success: {
      status: 200,
      schema: one(Type.Array(Type.Object({ pattern: Type.String(), message: Type.String() }))),
    },
  },
});

/** The code of a warning about such a pattern. */
export const UNKNOWN_EVENT_TYPE = 'unknown_event_type';
