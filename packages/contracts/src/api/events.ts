import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EVENT_TYPE_PATTERN_OPTIONS,
  EventTypeName,
  EventTypePattern,
  EXPORT_TEXT,
  ExportQuery,
  list,
  message,
  nullable,
  one,
  PageQuery,
  patternWith,
  Timestamp,
  UserId,
  VERBATIM,
} from './common.ts';
import { Attempt, Delivery } from './deliveries.ts';

const EVENT_STATUSES = ['pending', 'processing', 'processed', 'failed', 'dead_letter'] as const;

/**
 * Derived from the event's deliveries: `dead_letter` if any gave up, else `failed` if any waits for a retry, else
 * `pending` or `processing` while any is open, else `processed`, also when no endpoint matched.
 */
export const EventStatus = Type.Enum([...EVENT_STATUSES]);
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
  matched: Type.Integer({ description: 'How many endpoints matched the event' }),
  retryCount: Type.Integer({ description: 'Number of retries of all its deliveries' }),
  lastError: nullable(
    Type.String({
      description: 'Error of the last failed attempt among the deliveries that have not succeeded',
    }),
  ),
  processedAt: nullable({
    ...Timestamp,
    description:
      'When its last delivery was settled, or when it was received if no endpoint matched. null unless `processed`',
  }),
  sizeBytes: Type.Integer({ description: 'Size of the payload, in bytes' }),
  control: nullable(
    Type.Object(
      {
        kind: Type.Enum(['revoked', 'disabled', 'verified', 'test']),
        reason: nullable(Type.String({ description: "Reason in the provider's words" })),
      },
      {
        description:
          "Only for a message about the provider's subscription itself: the subscription's new state",
      },
    ),
  ),
});
export type ReceivedEvent = Static<typeof ReceivedEvent>;

/** One step of an event's journey. Steps are listed oldest first. */
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
    'parked',
    'dead',
    'discarded',
    'replayed',
    'forwarded',
  ]),
  text: Type.String({ description: 'Description of the step' }),
  webhookId: Type.Optional(Type.String()),
  deliveryId: Type.Optional(Type.String()),
  attempt: Type.Optional(Attempt),
  details: Type.Optional(Type.Unknown()),
});
export type JourneyStep = Static<typeof JourneyStep>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const forUserWithSecrets = Type.Object({
  userId: Type.Optional(UserId),
  secrets: Type.Optional(
    Type.Boolean({
      description:
        'true: shows the secrets of the request, such as a token that the provider sends in a header, so that a receiver can verify it. Default false',
    }),
  ),
});
/** The secrets of a provider's requests are those of the source, which a caller with this scope sets. */
const SHOWS_SECRETS = { in: 'query', field: 'secrets', value: true, scope: 'sources:write' } as const;
const common = { owner: 'delivery', role: 'tenant', tag: 'Events' } as const;

/** The HTTP request that brought an event, without its secrets. */
export const ReceivedRequest = Type.Object({
  eventId: Type.String(),
  requestId: nullable(
    Type.String({ description: 'Id of a request that brought several events. All of them have it' }),
  ),
  method: Type.String(),
  url: Type.String({ description: 'URL that the provider called, without a query that contains a secret' }),
  pathSuffix: Type.String({ description: "Path that the provider appended to the source's address" }),
  query: nullable(Type.String({ description: 'null: the query contains a secret' })),
  headers: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String({ description: '`[redacted]`: the value is a secret' }),
    }),
    { description: 'Headers in the order in which they were sent' },
  ),
  headersLeftOut: Type.Array(Type.String(), {
    description: 'Names of headers beyond the 32 KB that are stored',
  }),
  body: Type.Object({
    sizeBytes: Type.Integer(),
    isPayload: Type.Boolean({ description: "Whether the event's payload consists of exactly these bytes" }),
    encoding: Type.Enum(['utf8', 'base64'], { description: '`base64` when the bytes are not UTF-8 text' }),
    content: Type.String({ description: 'First 256 KiB of the body. `/raw` has all of it' }),
    isCut: Type.Boolean(),
  }),
});
export type ReceivedRequest = Static<typeof ReceivedRequest>;

/** Filters of events. */
export const EVENT_FILTERS = {
  status: Type.Optional(EventStatus),
  processed: Type.Optional(
    Type.Boolean({ description: 'true: events with the status `processed`. false: all other events' }),
  ),
  eventType: Type.Optional(EventTypePattern),
  event: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        "A provider's name of the event, such as `workflow_job`, or a whole event type, such as `project.created`",
    }),
  ),
  provider: Type.Optional(Type.String({ maxLength: 64 })),
  repository: Type.Optional(Type.String({ maxLength: 200 })),
  action: Type.Optional(Type.String({ maxLength: 100 })),
  providerDeliveryId: Type.Optional(Type.String({ maxLength: 200 })),
  subject: Type.Optional(Type.String({ maxLength: 500, description: 'The exact subject' })),
  source: Type.Optional(
    Type.String({ maxLength: 500, description: 'The exact source, such as `/github/acme/api`' }),
  ),
  pageId: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'Meta: the id of the page or account, which is the last part of `source`',
    }),
  ),
  notStatus: Type.Optional(
    Type.Enum([...EVENT_STATUSES], { description: 'Only events with another status' }),
  ),
  notEventType: Type.Optional(
    Type.String({ ...EVENT_TYPE_PATTERN_OPTIONS, description: 'Only events of other types' }),
  ),
  notProvider: Type.Optional(Type.String({ maxLength: 64, description: 'Only events of other providers' })),
  notRepository: Type.Optional(
    Type.String({ maxLength: 200, description: 'Only events of other repositories, or of none' }),
  ),
  ...DATE_RANGE,
};

/** Limits of one call of `publishEvents`. */
export const MAX_BATCH_EVENTS = 100;
export const MAX_BATCH_BODY_BYTES = 4_194_304;

/** What an application says of an event. */
const published = {
  type: EventTypeName,
  data: Type.Unknown({
    examples: [{ orderId: 42 }],
    description: 'The payload: any JSON. Stored and sent byte for byte',
    ...VERBATIM,
  }),
  subject: Type.Optional(Type.String({ maxLength: 500 })),
  time: Type.Optional(Timestamp),
};
const PublishedEvent = Type.Object({
  id: Type.String(),
  duplicate: Type.Boolean({ description: 'Whether it is a repeat: `id` is the id of the first event then' }),
});

export const eventOperations = defineOperations({
  publishEvent: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Events',
    method: 'POST',
    path: '/api/events',
    scope: 'events:write',
    summary: 'Publish an event of an application',
    description:
      "Answers 202 when the event is stored. With the header `Idempotency-Key`, a repeat is answered with the id of the first event and is not stored. A repeat with other content is answered with 422 (`idempotency_key_reused`) within JetStream's duplicate window (10 minutes, `EVENTS_DUPLICATE_WINDOW_SECONDS`). Later it is answered with 202, is not delivered, and appears in the journey of the first event.",
    body: Type.Object({ ...published, userId: Type.Optional(UserId) }, { additionalProperties: false }),
    success: { status: 202, schema: one(PublishedEvent) },
  },

  publishEvents: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Events',
    method: 'POST',
    path: '/api/events/batch',
    scope: 'events:write',
    summary: 'Publish several events of an application',
    description:
      "Up to 100 events and 4 MiB in one call, which are published together. 202 means that all of them are stored; the answer has them in the order of the request. Every event is checked before any is stored: if one is not valid, or its data does not match the schema of its type, none is stored. After another error some events may be stored: the error's `details` have `failed` and `stored`, with the `index` of each event. Send such a call again with the same `idempotencyKey` for each event, or the same header `Idempotency-Key` for the whole call: events that are stored already are recognised as repeats.",
    body: Type.Object(
      {
        events: Type.Array(
          Type.Object(
            {
              ...published,
              idempotencyKey: Type.Optional(
                Type.String({
                  ...patternWith('^[\\x20-\\x7e]{1,255}$', 'a text of 1 to 255 printable ASCII characters'),
                  description:
                    'As the header `Idempotency-Key` of `POST /api/events`: the same key of either call names the same event',
                }),
              ),
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: MAX_BATCH_EVENTS },
        ),
        userId: Type.Optional(UserId),
      },
      { additionalProperties: false },
    ),
    success: {
      status: 202,
      schema: one(
        Type.Object({
          events: Type.Array(PublishedEvent),
          duplicates: Type.Integer({ description: 'How many of the events are repeats' }),
        }),
      ),
    },
  },

  listEvents: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events',
    scope: 'events:read',
    summary: 'List received events, newest first',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      ...EVENT_FILTERS,
    }),
    success: {
      status: 200,
      schema: list(ReceivedEvent),
    },
  },

  exportEvents: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/export',
    scope: 'events:read',
    summary: 'Export received events as lines of JSON (NDJSON), oldest first',
    description: EXPORT_TEXT,
    query: Type.Object({
      ...ExportQuery,
      userId: Type.Optional(UserId),
      ...EVENT_FILTERS,
      payload: Type.Optional(
        Type.Boolean({ description: 'Whether each event has its `payload`. Default false' }),
      ),
    }),
    isStream: true,
    success: { status: 200 },
  },

  getEvent: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id',
    scope: 'events:read',
    summary: 'Get an event with its payload and its deliveries',
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
    scope: 'events:read',
    summary: 'Get the journey of an event: every step from receipt to delivery',
    description:
      'Names up to 20 of the endpoints that did not match, switched-off endpoints first. A step says how many more there are.',
    params,
    query: forUser,
    success: {
      status: 200,
      schema: one(
        Type.Object({
          summary: Type.String({
            description:
              'The journey in one sentence: how the event came, which endpoints matched, what became of the deliveries, and what comes next. Times of day are in UTC. For people: the text may change',
          }),
          event: ReceivedEvent,
          steps: Type.Array(JourneyStep),
        }),
      ),
    },
  },

  getEventRequest: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id/request',
    scope: 'events:read',
    furtherScope: SHOWS_SECRETS,
    summary: 'Get the HTTP request that brought an event',
    description:
      'Returns the request as the provider sent it, without connection headers, cookies and the headers that proxies added. Secrets are redacted, unless `secrets` is true. 404 (`request_not_kept`) when no webhook brought the event or its source stores no requests.',
    params,
    query: forUserWithSecrets,
    success: { status: 200, schema: one(ReceivedRequest) },
  },

  getRawEventRequest: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/:id/raw',
    scope: 'events:read',
    furtherScope: SHOWS_SECRETS,
    summary: 'Download the HTTP request that brought an event, or its body',
    description:
      'Returns the bytes of the body with their own content type, as a download. The request\'s other headers are returned as `x-original-<name>`, up to 8 KB and with secrets redacted unless `secrets` is true. Its method and URL are returned as `hookline-request-method` and `hookline-request-url`. With `Accept: message/http` the answer is the whole request as an HTTP/1.1 message (RFC 9112): request line, `host`, headers in the order in which they were sent, `content-length`, an empty line, and the bytes of the body. Without `secrets` those in it are redacted; `hookline-redacted` names their headers, and `query` if the query was left out because it contains one. `hookline-path-suffix` is the path after the source\'s address, and `hookline-headers-left-out` names headers that were not stored. For an event without a stored request the message is what an endpoint with `format: "request"` gets, a `POST` of the payload, and `hookline-request-kept` is `false`.',
    params,
    query: forUserWithSecrets,
    success: { status: 200 },
  },

  retryEvent: {
    ...common,
    method: 'POST',
    path: '/api/webhook-events/:id/retry',
    scope: 'replays:write',
    summary: "Send an event's failed deliveries again",
    description:
      'An event that no endpoint received, or only endpoints that were deleted since, is sent to the endpoints that match it now. 409 when there is nothing to send.',
    params,
    query: forUser,
    success: { status: 202, schema: one(Type.Object({ message: Type.String(), event: ReceivedEvent })) },
  },

  replayEdited: {
    ...common,
    method: 'POST',
    path: '/api/webhook-events/:id/replay-edited',
    scope: 'replays:write',
    summary: 'Publish an event again with another payload',
    description:
      'Makes a new event with the type, source, subject and provider of the first one, and with `via: "replay"`. It goes to the endpoints that match it, or to `webhookId` only. Its `providerDeliveryId` is the id of the first event, and the journeys of both name the other one. An endpoint with `format: "request"` gets the payload alone, because no request of a provider brought it.',
    params,
    query: forUser,
    body: Type.Object(
      {
        data: Type.Unknown({
          description: 'The payload: any JSON. Stored and sent byte for byte',
          ...VERBATIM,
        }),
        webhookId: Type.Optional(
          Type.String({ maxLength: 100, description: 'The only endpoint that gets the event' }),
        ),
      },
      { additionalProperties: false },
    ),
    success: {
      status: 202,
      schema: one(
        Type.Object({
          eventId: Type.String({ description: 'The new event' }),
          replayOf: Type.String({ description: 'The event that it was made from' }),
        }),
      ),
    },
  },

  deleteEvent: {
    ...common,
    method: 'DELETE',
    path: '/api/webhook-events/:id',
    scope: 'events:write',
    summary: 'Delete an event',
    description:
      "Deletes the payload and the receivers' answers for good and hides the event. The ledger still counts the event, and a repeat is still recognised. Its dead letters are discarded. 409 while one of its deliveries is open: cancel the delivery first.",
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },

  getLedger: {
    ...common,
    role: 'operator',
    method: 'GET',
    path: '/api/ledger',
    scope: 'events:read',
    summary: 'Count the ledger now: accepted = delivered + dead + open',
    success: {
      status: 200,
      schema: one(
        Type.Object({
          streamPending: Type.Integer({ description: 'Stored events that are not fanned out yet' }),
          events: Type.Integer(),
          duplicates: Type.Integer(),
          malformed: Type.Integer(),
          accepted: Type.Integer({ description: 'Deliveries that fan-out created' }),
          delivered: Type.Integer(),
          dead: Type.Integer(),
          open: Type.Integer(),
          unaccounted: Type.Integer({
            description:
              'accepted − delivered − dead − open, plus stream messages without a record and unreadable messages (`GET /api/unreadable-messages`). Must be 0',
          }),
        }),
      ),
    },
  },
});
