import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypePattern,
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

/** At most this many are named one by one. */
export const MAX_REPLAY_EVENT_IDS = 1_000;
/** A selection is counted up to here; beyond it `total` is a lower bound. */
export const MAX_REPLAY_COUNT = 100_000;

/** What is counted may be far apart: as long as a statement may take, and a little. */
const COUNTED_WITHIN_MS = 32_000;

/** What further narrows a selection down. */
const filters = {
  webhookId: Type.Optional(id),
  eventType: Type.Optional(EventTypePattern),
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  ...DATE_RANGE,
  errorCode: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Why the last attempt failed; not for events' }),
  ),
  eventIds: Type.Optional(Type.Array(id, { minItems: 1, maxItems: MAX_REPLAY_EVENT_IDS })),
};

export const REPLAY_KINDS = ['dead_letters', 'failed', 'events', 'missed'] as const;

/** What is to be sent again. Times are those of the events. */
export const ReplaySelection = Type.Object(
  {
    kind: Type.Enum([...REPLAY_KINDS], {
      description:
        '`dead_letters`: what gave up; `failed`: also what waits for a retry; `events`: all events, to the endpoints that they went to or to `targetWebhookId`; `missed`: events that the endpoint should have got and never did. Never a delivery that somebody has let go, and none to an endpoint that was deleted',
    }),
    ...filters,
  },
  { additionalProperties: false },
);
export type ReplaySelection = Static<typeof ReplaySelection>;

export const ReplayStatus = Type.Enum(['running', 'paused', 'completed', 'cancelled'], {
  description: '`completed`: all of it was put to work; what is open is still on its way',
});
export type ReplayStatus = Static<typeof ReplayStatus>;

export const Replay = Type.Object({
  id: Type.String(),
  userId: nullable(Type.String({ description: 'null: of all tenants' })),
  status: ReplayStatus,
  requestedBy: Type.Enum(['operator', 'tenant']),
  selection: ReplaySelection,
  targetWebhookId: nullable(Type.String()),
  filter: nullable(Filter),
  transformation: nullable(Transformation),
  perSecond: nullable(Type.Integer()),
  total: Type.Integer({ description: 'How many were selected when it was made' }),
  totalExact: Type.Boolean({
    description: `false: \`total\` is a lower bound; no more than ${MAX_REPLAY_COUNT} are looked at`,
  }),
  done: Type.Integer({ description: 'Of those: put to work, or skipped' }),
  sent: Type.Integer({
    description:
      'Deliveries that were made due; to an endpoint that is switched off they wait until it is on',
  }),
  skipped: Type.Integer({
    description:
      'Not sent: under way already, delivered or let go meanwhile, filtered out, deleted; new to an endpoint that was switched off meanwhile',
  }),
  succeeded: Type.Integer({ description: 'Arrived. Counts deliveries whose latest replay this is' }),
  failed: Type.Integer({ description: 'Gave up again, or let go' }),
  open: Type.Integer({ description: 'Still to be sent, or to be tried again' }),
  createdAt: Timestamp,
  finishedAt: nullable(Timestamp),
});
export type Replay = Static<typeof Replay>;

/** How far back events go; retention has removed what was before. */
const reach = {
  replayableFrom: nullable(Timestamp),
  warning: nullable(Type.String({ description: 'What of the selection is no longer there' })),
};

/** A replay as it is answered to whoever made it. */
export const StartedReplay = Type.Intersect([Replay, Type.Object(reach)]);
export type StartedReplay = Static<typeof StartedReplay>;

/** What a replay would do. */
export const ReplayPreview = Type.Object({
  dryRun: Type.Literal(true),
  total: Type.Integer(),
  totalExact: Type.Boolean(),
  sample: Type.Array(Type.Object({ eventId: Type.String(), webhookId: Type.String() }), {
    description: 'The first of them',
  }),
  estimatedSeconds: Type.Integer({ description: 'Until all are put to work' }),
  ...reach,
});
export type ReplayPreview = Static<typeof ReplayPreview>;

/** How a replay goes about it. */
const how = {
  targetWebhookId: Type.Optional({ ...id, description: 'Send to this endpoint in place of their own' }),
  filter: Type.Optional({ ...Filter, description: 'Only what fits, for this replay' }),
  transformation: Type.Optional({
    ...Transformation,
    description: "For this replay, in place of the endpoint's own",
  }),
  perSecond: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'At most so many are put to work a second' }),
  ),
  dryRun: Type.Optional(Type.Boolean({ description: 'Count and show a sample, send nothing' })),
};

const params = Type.Object({ id });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Replays' } as const;
const replayOrPreview = oneWithWarnings(Type.Union([StartedReplay, ReplayPreview]));

const { eventIds: _eventIds, provider: _provider, ...deadLetterFilters } = filters;

/** What narrows a list of dead letters down. */
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
    summary: 'Send many again, as a job',
    description:
      'An endpoint with an `ordering` gets what it had before in its order, key by key. What it gets for the first time, because it missed it or because of `targetWebhookId`, has no order. What is sent again to an endpoint that is switched off waits until it is switched on; a `targetWebhookId` that is, is refused.',
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
    summary: 'Replays, newest first',
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId), status: Type.Optional(ReplayStatus) }),
    success: { status: 200, schema: list(Replay) },
  },

  getReplay: {
    ...common,
    method: 'GET',
    path: '/api/replays/:id',
    summary: 'How far a replay is',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  pauseReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays/:id/pause',
    summary: 'Put no more of a replay to work for now',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  resumeReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays/:id/resume',
    summary: 'Go on with a replay that was paused',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  cancelReplay: {
    ...common,
    method: 'POST',
    path: '/api/replays/:id/cancel',
    summary: 'End a replay',
    description: 'What it has put to work already is sent; nothing more is added.',
    params,
    query: forUser,
    success: { status: 200, schema: one(Replay) },
  },

  replayMissed: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/replay-missed',
    summary: 'Send an endpoint what it missed',
    description:
      'Events whose type it wants and that never arrived there: since `startDate`, by default since it was last switched off (with what was received up to a day before that and fanned out after it), or else since it was made. They come in no order, also where the endpoint has an `ordering`.',
    params,
    query: forUser,
    body: optionalBody(
      Type.Object(
        {
          ...DATE_RANGE,
          eventType: filters.eventType,
          perSecond: how.perSecond,
          dryRun: how.dryRun,
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
    summary: 'Send dead letters again: all, or those that a filter selects',
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
    summary: 'Send everything that gave up again, of all endpoints or of one',
    body: retryAllOf,
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: one(retryAll) },
  },

  retryFailedQueue: {
    ...common,
    tag: 'Queue',
    method: 'POST',
    path: '/api/webhooks/queue/retry-failed',
    summary: 'Send everything that gave up again, of all endpoints or of one',
    body: retryAllOf,
    answersWithinMs: COUNTED_WITHIN_MS,
    success: { status: 202, schema: one(retryAll) },
  },

  replayWebhook: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/replay/:deliveryId',
    summary: 'Send an event again by its delivery id',
    description:
      "`deliveryId` is the provider's id of its delivery (`providerDeliveryId`), or the id of an event or of one of Hookline's deliveries. Also what has arrived is sent again. An event that no endpoint got, or only some that were deleted since, goes to those that want it now. 409 when there is nothing to send.",
    params: Type.Object({ deliveryId: Type.String({ minLength: 1, maxLength: 200 }) }),
    query: forUser,
    success: { status: 202, schema: message },
  },
});
