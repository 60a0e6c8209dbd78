import Type from 'typebox';
import { EventTypePattern, one, UserId } from './api/common.ts';
import { defineOperations } from './operation.ts';

/**
 * The gateway asks ingest, which knows the event types, when a caller subscribes: which of these patterns name no
 * type that was ever listed or sent. Internal: not part of the API.
 */
export const { findUnknownEventTypes } = defineOperations({
  findUnknownEventTypes: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Event types',
    method: 'POST',
    path: '/internal/unknown-event-types',
    scope: null,
    summary: 'Find the patterns that name no type that was ever listed or sent',
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

/** The code of the warning about such a pattern. */
export const UNKNOWN_EVENT_TYPE = 'unknown_event_type';
