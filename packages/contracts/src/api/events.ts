import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypeName,
  EventTypePattern,
  list,
  message,
  nullable,
  one,
  PageQuery,
  Timestamp,
  UserId,
  VERBATIM,
} from './common.ts';
import { Attempt, Delivery } from './deliveries.ts';

/**
 * Derived from the event's deliveries: `dead_letter` when any gave up, else `failed` when any waits for a retry,
 * else `pending` or `processing` while any is open, else `processed` (also when no endpoint matched).
 */
export const EventStatus = Type.Enum(['pending', 'processing', 'processed', 'failed', 'dead_letter']);
export type EventStatus = Static<typeof EventStatus>;

export const ReceivedEvent = Type.Object({
  id: Type.String(),
  type: Type.String(),
  source: Type.String(),
  subject: nullable(Type.String()),
  provider: Type.String(),
  action: nullable(Type.String()),
  repository: nullable(Type.String()),
  providerDeliveryId: nullable(Type.String({ description: "The provider's id of its delivery" })),
  userId: Type.String(),
  via: Type.String(),
  time: Timestamp,
  receivedAt: Timestamp,
  status: EventStatus,
  matched: Type.Integer({ description: 'How many endpoints it was for' }),
  retryCount: Type.Integer({ description: 'Attempts after the first, of all its deliveries' }),
  lastError: nullable(
    Type.String({ description: 'Of the last attempt that failed, of a delivery that has not arrived' }),
  ),
  processedAt: nullable({
    ...Timestamp,
    description:
      'When the last of its deliveries was settled, or it was received and nobody wanted it; null unless `processed`',
  }),
  sizeBytes: Type.Integer(),
  control: nullable(
    Type.Object(
      {
        kind: Type.Enum(['revoked', 'disabled', 'verified', 'test']),
        reason: nullable(Type.String({ description: 'As the provider says' })),
      },
      { description: 'Of a message about the subscription itself: what became of it' },
    ),
  ),
});
export type ReceivedEvent = Static<typeof ReceivedEvent>;

/** One step of what happened to an event, oldest first. */
export const JourneyStep = Type.Object({
  at: Timestamp,
  step: Type.Enum([
    'received',
    'duplicate',
    'matched',
    'unmatched',
    'attempted',
    'delivered',
    'dropped',
    'retrying',
    'dead',
    'discarded',
    'replayed',
  ]),
  text: Type.String({ description: 'The step in words' }),
  webhookId: Type.Optional(Type.String()),
  deliveryId: Type.Optional(Type.String()),
  attempt: Type.Optional(Attempt),
  details: Type.Optional(Type.Unknown()),
});
export type JourneyStep = Static<typeof JourneyStep>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Events' } as const;

/** The HTTP request that brought an event, as it may be shown. */
export const ReceivedRequest = Type.Object({
  eventId: Type.String(),
  requestId: nullable(
    Type.String({ description: 'Of a request that brought several events; the same in all of them' }),
  ),
  method: Type.String(),
  url: Type.String({ description: 'As the provider called it; a query that holds a secret is left out' }),
  pathSuffix: Type.String({ description: 'What the provider appended to the address of the source' }),
  query: nullable(Type.String({ description: 'null: it holds a secret' })),
  headers: Type.Array(
    Type.Object({ name: Type.String(), value: Type.String({ description: '`[redacted]`: it is a secret' }) }),
    { description: 'In the order in which they came' },
  ),
  headersLeftOut: Type.Array(Type.String(), {
    description: 'Names of headers that did not fit into the 32 KB that are kept',
  }),
  body: Type.Object({
    sizeBytes: Type.Integer(),
    isPayload: Type.Boolean({ description: 'The event’s payload is these very bytes' }),
    encoding: Type.Enum(['utf8', 'base64'], { description: 'base64 where the bytes are no text' }),
    content: Type.String({ description: 'The first 256 KiB; all of it is at `/raw`' }),
    isCut: Type.Boolean(),
  }),
});
export type ReceivedRequest = Static<typeof ReceivedRequest>;

export const eventOperations = defineOperations({
  publishEvent: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Events',
    method: 'POST',
    path: '/api/events',
    summary: 'Publish an application event',
    description:
      "Answers 202 once the event is stored. With an `Idempotency-Key` header a repeat answers with the id of the first and is not stored again. A repeat with other content is answered 422 `idempotency_key_reused` within JetStream's duplicate window (10 minutes, `EVENTS_DUPLICATE_WINDOW_SECONDS`); later it is answered 202, is not delivered, and is shown in the journey of the first event.",
    body: Type.Object(
      {
        type: EventTypeName,
        data: Type.Unknown({ description: 'Any JSON; kept byte for byte as sent', ...VERBATIM }),
        userId: Type.Optional(UserId),
        subject: Type.Optional(Type.String({ maxLength: 500 })),
        time: Type.Optional(Timestamp),
      },
      { additionalProperties: false },
    ),
    success: { status: 202, schema: one(Type.Object({ id: Type.String(), duplicate: Type.Boolean() })) },
  },

  listEvents: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events',
    summary: 'Events received, newest first',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      status: Type.Optional(EventStatus),
      processed: Type.Optional(Type.Boolean({ description: 'true: status `processed`; false: every other' })),
      eventType: Type.Optional(EventTypePattern),
      event: Type.Optional(
        Type.String({
          maxLength: 200,
          description:
            "A provider's event name, e.g. `workflow_job`, or a whole type, e.g. `project.created`",
        }),
      ),
      provider: Type.Optional(Type.String({ maxLength: 64 })),
      repository: Type.Optional(Type.String({ maxLength: 200 })),
      action: Type.Optional(Type.String({ maxLength: 100 })),
      providerDeliveryId: Type.Optional(Type.String({ maxLength: 200 })),
      subject: Type.Optional(Type.String({ maxLength: 500, description: 'What it is about, as a whole' })),
      source: Type.Optional(Type.String({ maxLength: 500, description: 'e.g. `/github/acme/api`' })),
      pageId: Type.Optional(
        Type.String({
          maxLength: 100,
          description: 'Meta: the page or account, as the last part of `source` has it',
        }),
      ),
      ...DATE_RANGE,
    }),
    success: {
      status: 200,
      schema: list(ReceivedEvent),
    },
  },

  getEvent: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id',
    summary: 'One event with its payload and its deliveries',
    params,
    query: forUser,
    success: {
      status: 200,
      schema: one(
        Type.Intersect([
          ReceivedEvent,
          Type.Object({ payload: Type.Unknown(), deliveries: Type.Array(Delivery) }),
        ]),
      ),
    },
  },

  getJourney: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id/journey',
    summary: 'What happened to this event, step by step',
    description:
      'Of the endpoints that did not match up to 20 are named, first those that were switched off; a step says how many are left out.',
    params,
    query: forUser,
    success: {
      status: 200,
      schema: one(Type.Object({ event: ReceivedEvent, steps: Type.Array(JourneyStep) })),
    },
  },

  getEventRequest: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id/request',
    summary: 'The HTTP request that brought this event',
    description:
      'As the provider sent it, but for the headers of the connection, cookies and what proxies have added. 404 `request_not_kept` where no webhook brought the event, or its source keeps no requests.',
    params,
    query: forUser,
    success: { status: 200, schema: one(ReceivedRequest) },
  },

  getRawEventRequest: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id/raw',
    summary: 'The body of the HTTP request that brought this event, byte for byte',
    description:
      'With its own content type, to be saved and not shown. Its other headers come as `x-original-<name>`, as far as they fit into 8 KB, secrets redacted; method and address as `hookline-request-method` and `hookline-request-url`.',
    params,
    query: forUser,
    success: { status: 200 },
  },

  retryEvent: {
    ...common,
    method: 'POST',
    path: '/api/webhook-events/:id/retry',
    summary: "Send an event's failed deliveries again",
    description:
      'An event that no endpoint got, or only some that were deleted since, goes to those that want it now. 409 when there is nothing to send.',
    params,
    query: forUser,
    success: { status: 202, schema: one(Type.Object({ message: Type.String(), event: ReceivedEvent })) },
  },

  deleteEvent: {
    ...common,
    method: 'DELETE',
    path: '/api/webhook-events/:id',
    summary: 'Delete an event',
    description:
      'Its payload and what receivers answered are gone for good and nobody is shown it any more; the books go on counting it, and a repeat of it is still recognised. Dead letters of it are let go. 409 while a delivery of it is open: cancel it first.',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },

  getLedger: {
    ...common,
    role: 'operator',
    method: 'GET',
    path: '/api/ledger',
    summary: 'accepted = delivered + dead + open, counted now',
    success: {
      status: 200,
      schema: one(
        Type.Object({
          streamPending: Type.Integer({ description: 'Events stored but not yet fanned out' }),
          events: Type.Integer(),
          duplicates: Type.Integer(),
          malformed: Type.Integer(),
          accepted: Type.Integer({ description: 'Deliveries that fan-out decided on' }),
          delivered: Type.Integer(),
          dead: Type.Integer(),
          open: Type.Integer(),
          unaccounted: Type.Integer({
            description:
              'accepted − delivered − dead − open, stream entries without a trace, and those that could not be read (`GET /api/unreadable-messages`); always 0',
          }),
        }),
      ),
    },
  },
});
