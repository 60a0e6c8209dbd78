import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { EventTypeName, message, one, readOnly, UserId } from './common.ts';

/** A type of event that an endpoint can subscribe to. */
export const EventType = Type.Object({
  type: Type.String(),
  provider: Type.String({
    description: 'Who sends it; `app` for an application itself, `hookline` for what Hookline tells you',
  }),
  description: Type.Union([Type.String(), Type.Null()]),
  origin: Type.Enum(['built_in', 'own', 'seen'], {
    description: 'Known from the start, registered by you, or published by you without being registered',
  }),
  schema: Type.Optional(Type.Unknown({ description: 'JSON Schema that `data` of a publish must fit' })),
});
export type EventType = Static<typeof EventType>;

const params = Type.Object({
  type: EventTypeName,
});
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'ingest', role: 'tenant', tag: 'Event types' } as const;

export const eventTypeOperations = defineOperations({
  listEventTypes: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/events',
    summary: 'Event types to subscribe to: own ones and those of providers',
    description: 'Received events are at `GET /api/webhook-events`.',
    elsewhere: {
      params: [
        'repository',
        'event',
        'action',
        'processed',
        'status',
        'eventType',
        'startDate',
        'endDate',
        'limit',
        'offset',
      ],
      path: '/api/webhook-events',
      what: 'events received',
    },
    query: Type.Object({
      userId: Type.Optional(UserId),
      provider: Type.Optional(
        Type.String({ maxLength: 64, description: 'Only of this one; `app` for own ones' }),
      ),
    }),
    success: { status: 200, schema: Type.Object({ data: Type.Array(EventType) }) },
  },

  listEventTypeNames: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/events/types',
    summary: 'The names of event types, by provider',
    query: forUser,
    success: {
      status: 200,
      schema: one(Type.Record(Type.String(), Type.Array(Type.String()))),
    },
  },

  putEventType: {
    ...common,
    method: 'PUT',
    path: '/api/webhooks/events/:type',
    summary: 'Register or change a type of your own',
    description:
      'With a `schema` (JSON Schema 2020-12), a publish of this type whose `data` does not fit is refused with 422 (`event_schema_mismatch`), from a second after the schema was saved. A schema has at most 65,536 bytes and 64 levels, holds no value against more than 1,000 subschemas with every `$ref` written out, has no regular expressions, and no keyword with a value that it cannot have; another one is refused with 422 (`invalid_schema`), which says where and why. A publish whose data takes longer than 1 s to be held against its schema is refused with 422 (`event_schema_too_slow`), and nothing is stored. `null` takes the schema away.',
    params,
    query: forUser,
    body: Type.Object(
      {
        description: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
        schema: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
        ...readOnly('type', 'provider', 'origin'),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(EventType) },
  },

  deleteEventType: {
    ...common,
    method: 'DELETE',
    path: '/api/webhooks/events/:type',
    summary: 'Forget a type of your own',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },
});
