import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypePattern,
  EXPORT_TEXT,
  ExportQuery,
  list,
  nullable,
  one,
  optionalBody,
  PageQuery,
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
/** `discarded`: a caller discarded the delivery, after it gave up or while it was open. */
export const DeliveryStatus = Type.Enum([...DELIVERY_STATUSES]);
export type DeliveryStatus = Static<typeof DeliveryStatus>;

/** The task of sending one event to one endpoint. */
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
        'What the delivery waits for besides its `nextAttemptAt`. `ordering`: earlier deliveries with the same ordering key come first; there is no next attempt yet. `endpoint`: the endpoint is switched off. `queue`: all sending is paused. `receiver`: the receiver is unavailable and is tried with one delivery at a time. `limit`: a rate limit, a `Retry-After` or signs of overload at the receiver hold it back',
    }),
  ),
  parkedBy: nullable(
    Type.Object(
      {
        key: Type.String({ description: 'The ordering key' }),
        deliveryId: Type.String({ description: 'The delivery that gave up' }),
        since: Timestamp,
      },
      {
        description:
          'Why a delivery that `waitsFor` `ordering` is not sent: its ordering key is parked, because an earlier delivery gave up. Send that one again, discard it, or release the key. null: the key is not parked',
      },
    ),
  ),
  lastAttemptAt: nullable(Timestamp),
  responseCode: nullable(Type.Integer()),
  errorCode: nullable(
    Type.String({
      description:
        'Why the last attempt failed. null again once a caller or a replay sends the delivery again',
    }),
  ),
  errorMessage: nullable(Type.String()),
  createdAt: Timestamp,
  completedAt: nullable({
    ...Timestamp,
    description: 'When the delivery succeeded or gave up. null while it is open and when it was cancelled',
  }),
  replayId: nullable(Type.String({ description: 'The last replay that sent it' })),
  discarded: nullable(
    Type.Object(
      { by: Type.String(), at: Timestamp, reason: nullable(Type.String()) },
      { description: 'Who discarded it, when and why' },
    ),
  ),
});
export type Delivery = Static<typeof Delivery>;

/** A delivery with the payload that was sent and the answer that came back. */
export const DeliveryRow = Type.Intersect([
  Delivery,
  Type.Object({
    payload: Type.Unknown({
      description: 'The payload of the event. null when it was deleted or omitted',
    }),
    payloadOmitted: Type.Optional(
      Type.Literal(true, {
        description:
          'The payload is larger than a list row may be (16 KB, less with a `limit` over 250): read the event for it',
      }),
    ),
    responseBody: nullable(
      Type.String({
        description:
          'Body of the answer to the last attempt, the first 2,000 bytes. null when none was stored',
      }),
    ),
  }),
]);
export type DeliveryRow = Static<typeof DeliveryRow>;

/** One attempt: the request and the answer to it. */
export const Attempt = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  trigger: Type.Enum(['schedule', 'operator', 'tenant'], {
    description: 'What caused the attempt: the retry schedule, an operator or a tenant',
  }),
  replayId: nullable(Type.String({ description: 'The replay that caused the attempt' })),
  startedAt: Timestamp,
  durationMs: Type.Number({ description: 'Duration of the attempt, in ms' }),
  firstByteMs: nullable(
    Type.Number({ description: 'From the start of the attempt to the status line of the answer, in ms' }),
  ),
  dnsMs: nullable(
    Type.Number({ description: 'In ms, as are the next two. null: the attempt used an open connection' }),
  ),
  connectMs: nullable(Type.Number()),
  tlsMs: nullable(Type.Number()),
  httpVersion: nullable(Type.Enum(['1.1', '2'])),
  connectionReused: nullable(Type.Boolean({ description: 'null: no connection was made' })),
  requestHeaders: nullable(
    Type.Record(Type.String(), Type.String(), {
      description: 'Request headers as sent, without secrets. Stored for failed attempts only',
    }),
  ),
  outcome: Type.Enum(['success', 'retry', 'failed', 'dropped'], {
    description:
      "`dropped`: the transformation chose to send nothing; the delivery's status becomes `success`",
  }),
  responseCode: nullable(Type.Integer()),
  responseHeaders: nullable(Type.Record(Type.String(), Type.String())),
  responseBody: nullable(
    Type.String({
      description: 'First 16 KB of the body as text, decompressed (gzip, deflate, br, zstd)',
    }),
  ),
  responseCompression: nullable(
    Type.String({
      description:
        'How the body is compressed, when Hookline could not decompress it. The body is in base64 then',
    }),
  ),
  responseEnd: nullable(
    Type.Enum(['complete', 'cut', 'broken', 'timeout'], {
      description:
        'How the body ended: complete, cut off after 16 KB, broken off by the receiver, or timed out. The status decides the outcome in each case',
    }),
  ),
  errorCode: nullable(Type.String()),
  errorMessage: nullable(Type.String()),
  nextAttemptAt: nullable(Timestamp),
});
export type Attempt = Static<typeof Attempt>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Deliveries' } as const;

/** Filters of deliveries. */
const deliveryFilters = {
  status: Type.Optional(DeliveryStatus),
  webhookId: Type.Optional(Type.String({ maxLength: 100 })),
  eventId: Type.Optional(Type.String({ maxLength: 100 })),
  eventType: Type.Optional(EventTypePattern),
  errorCode: Type.Optional(Type.String({ maxLength: 100, description: 'Error code of the last attempt' })),
  ...DATE_RANGE,
};

/** Why the caller discards a delivery. */
export const DiscardBody = optionalBody(
  Type.Object({ reason: Type.Optional(Type.String({ maxLength: 1_000 })) }, { additionalProperties: false }),
);

export const deliveryOperations = defineOperations({
  listDeliveries: {
    ...common,
    method: 'GET',
    path: '/api/deliveries',
    scope: 'events:read',
    summary: 'List deliveries, newest event first',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      ...deliveryFilters,
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },

  exportDeliveries: {
    ...common,
    method: 'GET',
    path: '/api/deliveries/export',
    scope: 'events:read',
    summary: 'Export deliveries as lines of JSON (NDJSON), oldest event first',
    description: `${EXPORT_TEXT} A line has no payload and no \`responseBody\`.`,
    query: Type.Object({ ...ExportQuery, userId: Type.Optional(UserId), ...deliveryFilters }),
    isStream: true,
    success: { status: 200 },
  },

  getDelivery: {
    ...common,
    method: 'GET',
    path: '/api/deliveries/:id',
    scope: 'events:read',
    summary: 'Get a delivery with all its attempts',
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
    scope: 'replays:write',
    summary: 'Send a failed delivery again',
    description:
      'The delivery starts with a full set of retries. If its endpoint is switched off, it waits until the endpoint is switched on. 409 unless the delivery has failed, was discarded or waits for a retry, and when its endpoint was deleted.',
    params,
    query: Type.Object({ userId: Type.Optional(UserId) }),
    success: { status: 202, schema: one(Delivery) },
  },

  cancelDelivery: {
    ...common,
    method: 'POST',
    path: '/api/deliveries/:id/cancel',
    scope: 'replays:write',
    summary: 'Cancel a delivery that has not succeeded',
    description:
      'The delivery becomes `discarded`, whether it is pending, being sent, waiting for a retry or has given up. No further attempt begins and no replay sends it again; deliveries with the same ordering key continue without it. A request that is already in flight may still reach the receiver; its outcome is not recorded. The ledger counts the delivery as dead. It can still be sent again by its id. 409 when it has succeeded.',
    params,
    query: Type.Object({ userId: Type.Optional(UserId) }),
    body: DiscardBody,
    success: { status: 200, schema: one(Delivery) },
  },
});
