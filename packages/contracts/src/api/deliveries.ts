import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypePattern,
  list,
  nullable,
  one,
  optionalBody,
  PageQuery,
  STORABLE_TEXT,
  Timestamp,
  UserId,
} from './common.ts';

export const DELIVERY_STATUSES = [
  'pending',
  'sending',
  'success',
  'retrying',
  'failed',
  'discarded',
] as const;
/** `discarded`: somebody has let it go, after it gave up or while it was open. */
export const DeliveryStatus = Type.Enum([...DELIVERY_STATUSES]);
export type DeliveryStatus = Static<typeof DeliveryStatus>;

/** One event for one endpoint. */
export const Delivery = Type.Object({
  id: Type.String(),
  webhookId: Type.String({ description: "The endpoint's id" }),
  eventId: Type.String(),
  eventType: Type.String(),
  userId: Type.String(),
  status: DeliveryStatus,
  attempts: Type.Integer(),
  nextAttemptAt: nullable(Timestamp),
  waitsFor: nullable(
    Type.Enum(['ordering', 'endpoint', 'queue', 'receiver', 'limit'], {
      description:
        'What a delivery waits for beside its `nextAttemptAt`. `ordering`: others with its ordering key come first, it has no next attempt yet. `endpoint`: it is switched off. `queue`: all sending is paused. `receiver`: it is away, and is tried with one delivery at a time. `limit`: a rate limit, a `Retry-After` or signs of strain hold it back',
    }),
  ),
  lastAttemptAt: nullable(Timestamp),
  responseCode: nullable(Type.Integer()),
  errorCode: nullable(
    Type.String({
      description: 'Why the last attempt failed; null again once it is sent again by hand or by a replay',
    }),
  ),
  errorMessage: nullable(Type.String()),
  createdAt: Timestamp,
  completedAt: nullable({
    ...Timestamp,
    description: 'When it arrived or gave up; null while it is open, and of one that was cancelled',
  }),
  replayId: nullable(Type.String({ description: 'The replay that last had it sent' })),
  discarded: nullable(
    Type.Object(
      { by: Type.String(), at: Timestamp, reason: nullable(Type.String()) },
      { description: 'Who let it go, when and why' },
    ),
  ),
});
export type Delivery = Static<typeof Delivery>;

/** A delivery with the payload that was sent and the answer that came back. */
export const DeliveryRow = Type.Intersect([
  Delivery,
  Type.Object({
    payload: Type.Unknown({
      description: 'The `data` of the event; null where it was deleted, or is left out',
    }),
    payloadOmitted: Type.Optional(
      Type.Literal(true, {
        description:
          'It is larger than a row of a list may be (16 KB, less with a `limit` over 250): read the event',
      }),
    ),
    responseBody: nullable(
      Type.String({ description: 'Of the last attempt, the first 2,000 bytes; null where none is kept' }),
    ),
  }),
]);
export type DeliveryRow = Static<typeof DeliveryRow>;

/** One request that was made, and what came back. */
export const Attempt = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  trigger: Type.Enum(['schedule', 'operator', 'tenant'], { description: 'Who asked for it' }),
  replayId: nullable(Type.String({ description: 'By which replay, if by one' })),
  startedAt: Timestamp,
  durationMs: Type.Number(),
  firstByteMs: nullable(Type.Number({ description: 'From the start to the status of the answer' })),
  dnsMs: nullable(Type.Number({ description: 'null, as the next two: this attempt did not need it' })),
  connectMs: nullable(Type.Number()),
  tlsMs: nullable(Type.Number()),
  httpVersion: nullable(Type.Enum(['1.1', '2'])),
  connectionReused: nullable(Type.Boolean({ description: 'null: there was no connection' })),
  requestHeaders: nullable(
    Type.Record(Type.String(), Type.String(), {
      description: 'As sent, without secrets; kept of attempts that failed',
    }),
  ),
  outcome: Type.Enum(['success', 'retry', 'failed', 'dropped'], {
    description: '`dropped`: the transformation wanted nothing sent, which settles the delivery as `success`',
  }),
  responseCode: nullable(Type.Integer()),
  responseHeaders: nullable(Type.Record(Type.String(), Type.String())),
  responseBody: nullable(
    Type.String({
      description: 'The first 16 KB as text, also where it came compressed (gzip, deflate, br, zstd)',
    }),
  ),
  responseCompression: nullable(
    Type.String({
      description: 'How the body is compressed, where that could not be undone: it is shown in base64 then',
    }),
  ),
  responseEnd: nullable(
    Type.Enum(['complete', 'cut', 'broken', 'timeout'], {
      description:
        'How the body ended: whole, cut off after 16 KB, broken off by the receiver, or not in time. The status decides in each case',
    }),
  ),
  errorCode: nullable(Type.String()),
  errorMessage: nullable(Type.String()),
  nextAttemptAt: nullable(Timestamp),
});
export type Attempt = Static<typeof Attempt>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Deliveries' } as const;

/** Why somebody lets a delivery go. */
export const DiscardBody = optionalBody(
  Type.Object(
    { reason: Type.Optional(Type.String({ maxLength: 1_000, ...STORABLE_TEXT })) },
    { additionalProperties: false },
  ),
);

export const deliveryOperations = defineOperations({
  listDeliveries: {
    ...common,
    method: 'GET',
    path: '/api/deliveries',
    summary: 'Deliveries, newest event first',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      status: Type.Optional(DeliveryStatus),
      webhookId: Type.Optional(Type.String({ maxLength: 100 })),
      eventId: Type.Optional(Type.String({ maxLength: 100 })),
      eventType: Type.Optional(EventTypePattern),
      errorCode: Type.Optional(Type.String({ maxLength: 100 })),
      ...DATE_RANGE,
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },

  getDelivery: {
    ...common,
    method: 'GET',
    path: '/api/deliveries/:id',
    summary: 'One delivery with every attempt',
    params,
    query: Type.Object({ userId: Type.Optional(UserId) }),
    success: {
      status: 200,
      schema: one(Type.Intersect([DeliveryRow, Type.Object({ attemptLog: Type.Array(Attempt) })])),
    },
  },

  retryDelivery: {
    ...common,
    method: 'POST',
    path: '/api/deliveries/:id/retry',
    summary: 'Send a failed delivery again',
    description:
      'It gets a fresh set of retries; to an endpoint that is switched off it waits until it is on. 409 unless it has failed, was discarded or is waiting for a retry, and when its endpoint was deleted.',
    params,
    query: Type.Object({ userId: Type.Optional(UserId) }),
    success: { status: 202, schema: one(Delivery) },
  },

  cancelDelivery: {
    ...common,
    method: 'POST',
    path: '/api/deliveries/:id/cancel',
    summary: 'Let a delivery go that has not arrived',
    description:
      'It becomes `discarded`, whether it is pending, being sent, waits for a retry or gave up: no further attempt begins, no job sends it again, and others with its ordering key go on without it. A request that is on its way, or about to be, may still reach the receiver; its outcome is not recorded. It stays in the books as dead, and can still be sent again by its id. 409 when it has arrived.',
    params,
    query: Type.Object({ userId: Type.Optional(UserId) }),
    body: DiscardBody,
    success: { status: 200, schema: one(Delivery) },
  },
});
