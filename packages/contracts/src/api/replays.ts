import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypePattern,
  ExpectedCount,
  list,
  message,
  nullable,
  one,
  oneWithWarnings,
  optionalBody,
  PageQuery,
  Timestamp,
  UserId,
} from './common.ts';
import { Filter, Transformation } from './endpoint-options.ts';

const id = Type.String({ minLength: 1, maxLength: 100 });

/** Most events that a selection may name one by one. */
export const MAX_REPLAY_EVENT_IDS = 1_000;
/** Counting a selection stops here; a larger `total` is a lower bound. */
export const MAX_REPLAY_COUNT = 100_000;

/** Time limit of the counting statement plus a margin. */
const COUNTED_WITHIN_MS = 32_000;

/** Filters of a selection. */
const filters = {
  webhookId: Type.Optional(id),
  eventType: Type.Optional(EventTypePattern),
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  ...DATE_RANGE,
  errorCode: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Error code of the last attempt. Not with `kind: "events"`',
    }),
  ),
  endpointTag: Type.Optional(
    Type.String({
      maxLength: 50,
      description: 'Only deliveries to endpoints with this tag. For `dead_letters` and `failed`',
    }),
  ),
  eventIds: Type.Optional(Type.Array(id, { minItems: 1, maxItems: MAX_REPLAY_EVENT_IDS })),
};

export const REPLAY_KINDS = ['dead_letters', 'failed', 'events', 'missed'] as const;

/** What to send again. The date range refers to the times of the events. */
export const ReplaySelection = Type.Object(
  {
    kind: Type.Enum([...REPLAY_KINDS], {
      description:
        '`dead_letters`: deliveries that gave up. `failed`: these and the deliveries that wait for a retry. `events`: all events, to the endpoints that they were sent to or to `targetWebhookId`. `missed`: events that the endpoint missed. Discarded deliveries and deleted endpoints are never included',
    }),
    ...filters,
  },
  { additionalProperties: false },
);
export type ReplaySelection = Static<typeof ReplaySelection>;

export const ReplayStatus = Type.Enum(['running', 'paused', 'completed', 'cancelled'], {
  description: '`completed`: every selected item was processed; some deliveries may still be open',
});
export type ReplayStatus = Static<typeof ReplayStatus>;

export const Replay = Type.Object({
  id: Type.String(),
  userId: nullable(Type.String({ description: 'null: the replay covers all tenants' })),
  status: ReplayStatus,
  requestedBy: Type.Enum(['operator', 'tenant']),
  selection: ReplaySelection,
  targetWebhookId: nullable(Type.String()),
  filter: nullable(Filter),
  transformation: nullable(Transformation),
  perSecond: nullable(Type.Integer()),
  total: Type.Integer({ description: 'Number of selected items when the replay was created' }),
  totalExact: Type.Boolean({
    description: `false: \`total\` is a lower bound; counting stops at ${MAX_REPLAY_COUNT}`,
  }),
  done: Type.Integer({ description: 'Number of processed items: sent or skipped' }),
  sent: Type.Integer({
    description:
      'Number of deliveries that the replay made due. Deliveries to a switched-off endpoint wait until it is switched on',
  }),
  skipped: Type.Integer({
    description:
      'Number of items that were not sent: in flight already, delivered or discarded meanwhile, filtered out, deleted, or new to an endpoint that was switched off meanwhile',
  }),
  succeeded: Type.Integer({
    description: 'Number of deliveries that succeeded. Counts deliveries whose latest replay this is',
  }),
  failed: Type.Integer({ description: 'Number of deliveries that gave up again or were discarded' }),
  open: Type.Integer({ description: 'Number of open deliveries' }),
  createdAt: Timestamp,
  finishedAt: nullable(Timestamp),
});
export type Replay = Static<typeof Replay>;

/** How far back the stored events reach; retention removed older events. */
const reach = {
  replayableFrom: nullable(Timestamp),
  warning: nullable(Type.String({ description: 'The part of the selection that retention has removed' })),
};

/** A replay as the call that creates it returns it. */
export const StartedReplay = Type.Intersect([Replay, Type.Object(reach)]);
export type StartedReplay = Static<typeof StartedReplay>;

/** The result of a dry run. */
export const ReplayPreview = Type.Object({
  dryRun: Type.Literal(true),
  total: Type.Integer(),
  totalExact: Type.Boolean(),
  sample: Type.Array(Type.Object({ eventId: Type.String(), webhookId: Type.String() }), {
    description: 'The first items of the selection',
  }),
  estimatedSeconds: Type.Integer({ description: 'Seconds until every item is processed' }),
  ...reach,
});
export type ReplayPreview = Static<typeof ReplayPreview>;

/** Settings of a replay. */
const how = {
  targetWebhookId: Type.Optional({
    ...id,
    description: 'Endpoint that gets the events instead of their own endpoints',
  }),
  filter: Type.Optional({ ...Filter, description: 'Filter of this replay: only matching events are sent' }),
  transformation: Type.Optional({
    ...Transformation,
    description: "Transformation of this replay, used instead of the endpoint's",
  }),
  perSecond: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Most items to process per second' }),
  ),
  dryRun: Type.Optional(
    Type.Boolean({ description: 'true: count and show a sample, but send nothing. Default false' }),
  ),
  expectedCount: ExpectedCount,
};

const params = Type.Object({ id });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Replays' } as const;
const replayOrPreview = oneWithWarnings(Type.Union([StartedReplay, ReplayPreview]));

const { eventIds: _eventIds, provider: _provider, endpointTag: _endpointTag, ...deadLetterFilters } = filters;

/** Filters of a list of dead letters. */
export const DEAD_LETTER_FILTERS = deadLetterFilters;

const retryAll = Type.Object({
  message: Type.String(),
  replay: StartedReplay,
});

const retryAllOf = optionalBody(
  Type.Object(
    { webhookId: Type.Optional(id), userId: Type.Optional(UserId) },
    { additionalProperties: false },
  ),
);

export const replayOperations = defineOperations({
  createReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays',
    scope: 'replays:write',
    summary: 'Create a replay: a job that sends selected events or deliveries again',
    description:
      'An endpoint with `ordering` receives the deliveries that it had before in their order, key by key. Events that it receives for the first time, because it missed them or because of `targetWebhookId`, have no order. Deliveries to a switched-off endpoint wait until it is switched on; a switched-off `targetWebhookId` is refused.',
    body: Type.Object(
      { selection: ReplaySelection, ...how, userId: Type.Optional(UserId) },
      { additionalProperties: false },
    ),
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: replayOrPreview },
  },

  listReplays: {
    ...common,
    method: 'GET',
    path: '/api/replays',
    scope: 'events:read',
    summary: 'List replays, newest first',
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId), status: Type.Optional(ReplayStatus) }),
    success: { status: 200, schema: list(Replay) },
  },

  getReplay: {
    ...common,
    method: 'GET',
    path: '/api/replays/:id',
    scope: 'events:read',
    summary: 'Get a replay and its progress',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  pauseReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays/:id/pause',
    scope: 'replays:write',
    summary: 'Pause a replay',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  resumeReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays/:id/resume',
    scope: 'replays:write',
    summary: 'Resume a paused replay',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  cancelReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays/:id/cancel',
    scope: 'replays:write',
    summary: 'Cancel a replay',
    description: 'Processed items are still sent; no further items are processed.',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  replayMissed: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/replay-missed',
    scope: 'replays:write',
    summary: 'Send an endpoint the events that it missed',
    description:
      "Sends the events that the endpoint's types match and that it never received, since `startDate`. By default since the endpoint was last switched off (including events received up to a day earlier and fanned out after that), or else since it was created. The events have no order, even if the endpoint has `ordering`.",
    params,
    query: forUser,
    body: optionalBody(
      Type.Object(
        {
          ...DATE_RANGE,
          eventType: filters.eventType,
          perSecond: how.perSecond,
          dryRun: how.dryRun,
          expectedCount: how.expectedCount,
        },
        { additionalProperties: false },
      ),
    ),
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: replayOrPreview },
  },

  replayDeadLetters: {
    ...common,
    tag: 'Dead letters',
    method: 'POST',
    path: '/api/dead-letters/replay',
    scope: 'replays:write',
    summary: 'Send dead letters again: all, or those that match the filters',
    body: optionalBody(
      Type.Object({ ...filters, ...how, userId: Type.Optional(UserId) }, { additionalProperties: false }),
    ),
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: replayOrPreview },
  },

  retryFailedWebhooks: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/retry-failed',
    scope: 'replays:write',
    summary: 'Send all dead letters again, of all endpoints or of one',
    body: retryAllOf,
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: one(retryAll) },
  },

  retryFailedQueue: {
    ...common,
    tag: 'Queue',
    method: 'POST',
    path: '/api/webhooks/queue/retry-failed',
    scope: 'replays:write',
    summary: 'Send all dead letters again, of all endpoints or of one',
    body: retryAllOf,
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: one(retryAll) },
  },

  replayWebhook: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/replay/:deliveryId',
    scope: 'replays:write',
    summary: 'Send an event again by the id of a delivery',
    description:
      "Takes as `deliveryId` the provider's id of its delivery (`providerDeliveryId`), the id of an event or the id of one of Hookline's deliveries. Successful deliveries are sent again as well. An event that no endpoint received, or only endpoints that were deleted since, is sent to the endpoints that match it now. 409 when there is nothing to send.",
    params: Type.Object({ deliveryId: Type.String({ minLength: 1, maxLength: 200 }) }),
    query: forUser,
    success: { status: 202, schema: message },
  },
});
