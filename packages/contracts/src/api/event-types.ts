import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { EventTypeName, message, one, readOnly, UserId } from './common.ts';

/** An event type that an endpoint can subscribe to. */
export const EventType = Type.Object({
  type: Type.String(),
  provider: Type.String({
    description: 'Who sends it. `app`: an application of the tenant. `hookline`: Hookline itself',
  }),
  description: Type.Union([Type.String(), Type.Null()]),
  origin: Type.Enum(['built_in', 'own', 'seen'], {
    description:
      '`built_in`: known to Hookline. `own`: registered by the tenant. `seen`: published by the tenant without being registered',
  }),
  schema: Type.Optional(
    Type.Unknown({ description: 'JSON Schema that the `data` of a published event must match' }),
  ),
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
    scope: 'events:read',
    summary: "List event types: the tenant's own and those of providers",
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
      scope: 'events:read',
      what: 'received events',
    },
    query: Type.Object({
      userId: Type.Optional(UserId),
      provider: Type.Optional(
        Type.String({
          maxLength: 64,
          description: "Only the types of this provider. `app`: the tenant's own types",
        }),
      ),
    }),
    success: { status: 200, schema: Type.Object({ data: Type.Array(EventType) }) },
  },

  listEventTypeNames: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/events/types',
    scope: 'events:read',
    summary: 'List the names of event types by provider',
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
    scope: 'events:write',
    summary: 'Register or change an event type of the tenant',
    description:
      'With a `schema` (JSON Schema 2020-12), a published event of this type whose `data` does not match is refused with 422 (`event_schema_mismatch`), starting one second after the schema was saved. `null` removes the schema. A schema may have up to 65,536 bytes and 64 levels, may test one value against up to 1,000 subschemas (with every `$ref` expanded), and may not contain regular expressions or keywords with invalid values; any other schema is refused with 422 (`invalid_schema`) and the place of the problem. A published event whose validation takes longer than 1 s is refused with 422 (`event_schema_too_slow`) and not stored.',
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
    scope: 'events:write',
    summary: 'Delete an event type of the tenant',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },
});
