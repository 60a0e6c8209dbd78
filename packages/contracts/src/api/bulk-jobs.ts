import Type, { type Static, type TProperties } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypePattern,
  ExpectedCount,
  list,
  nullable,
  one,
  oneWithWarnings,
  PageQuery,
  Timestamp,
  UserId,
} from './common.ts';
import { ConnectionStatus } from './connections.ts';
import { EVENT_FILTERS } from './events.ts';
import { TagFilter } from './labels.ts';
import { DEAD_LETTER_FILTERS } from './replays.ts';

const id = Type.String({ minLength: 1, maxLength: 100 });

/** Counting stops after this many rows. A larger `total` is a lower bound. */
export const MAX_BULK_COUNT = 100_000;
/** Most endpoints that a filter may name one by one. */
const MAX_WEBHOOK_IDS = 1_000;
/** Time limit of counting plus a margin. */
const COUNTED_WITHIN_MS = 32_000;

const { webhookId } = DEAD_LETTER_FILTERS;
const errorCode = Type.Optional(
  Type.String({ minLength: 1, maxLength: 100, description: 'Error code of the last attempt' }),
);
const { providerDeliveryId: _providerDeliveryId, ...eventFilters } = EVENT_FILTERS;
const endpointTag = Type.Optional(
  Type.String({ maxLength: 50, description: 'Only what belongs to endpoints with this tag' }),
);

/** Which deliveries to cancel. */
export const DeliverySelection = Type.Object(
  {
    status: Type.Optional(
      Type.Enum(['pending', 'retrying', 'failed'], {
        description:
          'Default: `pending` and `retrying`, which are the open deliveries that are not in flight',
      }),
    ),
    webhookId,
    endpointTag,
    eventType: Type.Optional(EventTypePattern),
    errorCode,
    ...DATE_RANGE,
  },
  { additionalProperties: false, examples: [{ endpointTag: 'eu' }] },
);
export type DeliverySelection = Static<typeof DeliverySelection>;

/** Which dead letters to discard. */
export const DeadLetterSelection = Type.Object(
  { ...DEAD_LETTER_FILTERS, errorCode, endpointTag },
  { additionalProperties: false, examples: [{ endpointTag: 'eu' }] },
);
export type DeadLetterSelection = Static<typeof DeadLetterSelection>;

/** Which events to delete. */
export const EventSelection = Type.Object(eventFilters, {
  additionalProperties: false,
  examples: [{ eventType: 'order.*' }],
});
export type EventSelection = Static<typeof EventSelection>;

/** Which endpoints to switch on or off. */
export const EndpointSelection = Type.Object(
  {
    active: Type.Optional(Type.Boolean({ description: 'Only endpoints that are switched on, or off' })),
    tag: TagFilter,
    host: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 260,
        examples: ['hooks.example.com'],
        description: 'Host of the URL, with the port if the URL has one',
      }),
    ),
    failing: Type.Optional(
      Type.Boolean({
        description:
          'true: only endpoints whose attempts have all failed since their last success, or that Hookline has switched off. false: only the others',
      }),
    ),
    webhookIds: Type.Optional(Type.Array(id, { minItems: 1, maxItems: MAX_WEBHOOK_IDS })),
  },
  { additionalProperties: false, examples: [{ tag: 'eu' }] },
);
export type EndpointSelection = Static<typeof EndpointSelection>;

/** Which parked keys to release. */
export const ParkedKeySelection = Type.Object(
  {
    webhookId,
    endpointTag,
    startDate: Type.Optional(
      Type.String({ maxLength: 40, description: 'Only keys that were parked at this time or later' }),
    ),
    endDate: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'Only keys that were parked before this time; a day is inclusive',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ endpointTag: 'eu' }] },
);
export type ParkedKeySelection = Static<typeof ParkedKeySelection>;

/** Which connections. */
export const ConnectionSelection = Type.Object(
  {
    provider: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    status: Type.Optional(ConnectionStatus),
    appId: Type.Optional(id),
  },
  { additionalProperties: false, examples: [{ provider: 'github' }] },
);
export type ConnectionSelection = Static<typeof ConnectionSelection>;

const BulkFilter = Type.Union([
  DeliverySelection,
  DeadLetterSelection,
  EventSelection,
  EndpointSelection,
  ParkedKeySelection,
  ConnectionSelection,
]);
export type BulkFilter = Static<typeof BulkFilter>;

export const BULK_KINDS = [
  'deliveries',
  'dead_letters',
  'events',
  'endpoints',
  'parked_keys',
  'connections',
] as const;
export const BULK_ACTIONS = [
  'cancel',
  'discard',
  'delete',
  'enable',
  'disable',
  'release',
  'pause',
  'resume',
  'poll',
  'refresh',
] as const;
export const SKIP_REASONS = ['changed_meanwhile', 'deliveries_open', 'unchanged', 'not_possible'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

const skips = Type.Array(
  Type.Object({
    reason: Type.Enum([...SKIP_REASONS], {
      description:
        '`changed_meanwhile`: an attempt or another call changed it after it was selected. `deliveries_open`: the event has open deliveries; cancel them first. `unchanged`: it already has the wanted state. `not_possible`: the connection needs a new consent, is paused, or has nothing to poll or to refresh',
    }),
    count: Type.Integer(),
  }),
  { description: 'How many selected objects are left as they are, by the reason' },
);

export const BulkJobStatus = Type.Enum(['running', 'paused', 'completed', 'cancelled'], {
  description:
    '`completed`: every selected object was changed or skipped, or is no longer there, or `limit` is reached',
});
export type BulkJobStatus = Static<typeof BulkJobStatus>;

const total = {
  total: Type.Integer({ description: 'Number of selected objects at the time of the call' }),
  totalExact: Type.Boolean({
    description: `false: \`total\` is a lower bound; counting stops after ${MAX_BULK_COUNT} rows`,
  }),
};

/** A job that does one action to every object that a filter selects. */
export const BulkJob = Type.Object({
  id: Type.String(),
  userId: nullable(Type.String({ description: 'null: the job covers all tenants' })),
  kind: Type.Enum([...BULK_KINDS]),
  action: Type.Enum([...BULK_ACTIONS]),
  filter: BulkFilter,
  reason: nullable(Type.String()),
  status: BulkJobStatus,
  requestedBy: Type.Enum(['operator', 'tenant']),
  ...total,
  limit: nullable(Type.Integer({ description: 'Most objects to change' })),
  done: Type.Integer({ description: 'Number of objects that were changed or skipped' }),
  changed: Type.Integer({ description: 'Number of objects that were changed' }),
  skipped: Type.Integer({ description: 'Number of objects that were left as they are' }),
  skips,
  createdAt: Timestamp,
  finishedAt: nullable(Timestamp),
});
export type BulkJob = Static<typeof BulkJob>;

/** The result of a dry run. */
export const BulkPreview = Type.Object({
  dryRun: Type.Literal(true),
  ...total,
  wouldChange: Type.Integer({ description: 'Number of counted objects that the call would change' }),
  skipped: Type.Integer({ description: 'Number of counted objects that it would leave as they are' }),
  skips,
  sample: Type.Array(Type.String(), { description: 'Ids of the first objects that it would change' }),
});
export type BulkPreview = Static<typeof BulkPreview>;

/** What every bulk call takes besides its action and its filter. */
const how = {
  all: Type.Optional(
    Type.Boolean({ description: 'true: an empty filter selects everything. Otherwise it is refused' }),
  ),
  dryRun: Type.Optional(
    Type.Boolean({ description: 'true: count and show a sample, but change nothing. Default false' }),
  ),
  expectedCount: ExpectedCount,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Most objects to change' }),
  ),
  userId: Type.Optional(UserId),
};

const reason = Type.Optional(
  Type.String({ maxLength: 1_000, description: 'Why. Each delivery shows it as `discarded.reason`' }),
);

const bodyOf = <const Action extends string, Filter extends TProperties, More extends TProperties>(
  actions: readonly Action[],
  filter: ReturnType<typeof Type.Object<Filter>>,
  more: More,
) =>
  Type.Object({ action: Type.Enum([...actions]), filter, ...more, ...how }, { additionalProperties: false });

const HOW_IT_RUNS =
  'Counts what the filter selects and creates a job, which changes it in small parts. `GET /api/bulk-jobs/:id` shows its progress. What is created after the call is not selected. With `dryRun` nothing is changed.';

const common = { owner: 'delivery', role: 'tenant' } as const;
const call = {
  ...common,
  method: 'POST',
  answersWithinMs: COUNTED_WITHIN_MS,
  success: { status: 202, schema: oneWithWarnings(Type.Union([BulkJob, BulkPreview])) },
} as const;
const params = Type.Object({ id });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const job = { ...common, tag: 'Bulk jobs', scope: 'events:read' } as const;
const jobOfConnections = {
  owner: 'scheduler',
  role: 'tenant',
  tag: 'Connections',
  scope: 'connections:read',
} as const;
const shown = { params, query: forUser, success: { status: 200, schema: one(BulkJob) } } as const;
const listed = {
  query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId), status: Type.Optional(BulkJobStatus) }),
  success: { status: 200, schema: list(BulkJob) },
} as const;
const CANCELLED = 'What it has changed stays changed. No further objects are changed.';

export const bulkJobOperations = defineOperations({
  bulkDeliveries: {
    ...call,
    tag: 'Deliveries',
    path: '/api/deliveries/bulk',
    scope: 'replays:write',
    summary: 'Cancel the deliveries that match a filter',
    description: `${HOW_IT_RUNS} A delivery that is in flight is not selected: if its attempt fails, it waits for a retry, and a later call selects it. To send many deliveries again, create a replay.`,
    body: bodyOf(['cancel'], DeliverySelection, { reason }),
  },

  bulkDeadLetters: {
    ...call,
    tag: 'Dead letters',
    path: '/api/dead-letters/bulk',
    scope: 'replays:write',
    summary: 'Discard the dead letters that match a filter',
    description: `${HOW_IT_RUNS} To send many dead letters again, use \`POST /api/dead-letters/replay\`.`,
    body: bodyOf(['discard'], DeadLetterSelection, { reason }),
  },

  bulkEvents: {
    ...call,
    tag: 'Events',
    path: '/api/webhook-events/bulk',
    scope: 'events:write',
    summary: 'Delete the events that match a filter',
    description: `${HOW_IT_RUNS} Each event is deleted as by \`DELETE /api/webhook-events/:id\`. An event with an open delivery is skipped.`,
    body: bodyOf(['delete'], EventSelection, {}),
  },

  bulkEndpoints: {
    ...call,
    tag: 'Endpoints',
    path: '/api/webhooks/bulk',
    scope: 'endpoints:write',
    summary: 'Switch the endpoints that match a filter on or off',
    description: `${HOW_IT_RUNS} To send an endpoint what it missed while it was off, use \`POST /api/webhooks/:id/replay-missed\`.`,
    body: bodyOf(['enable', 'disable'], EndpointSelection, {}),
  },

  bulkParkedKeys: {
    ...call,
    tag: 'Endpoints',
    path: '/api/parked-keys/bulk',
    scope: 'endpoints:write',
    // As `POST /api/dead-letters/:id/discard` does.
    furtherScope: { in: 'body', field: 'action', value: 'discard', scope: 'replays:write' },
    summary: 'Release the parked keys that match a filter',
    description: `${HOW_IT_RUNS} \`release\`: the held-back deliveries are sent without the one that gave up, which stays a dead letter. \`discard\`: the one that gave up is discarded as well.`,
    body: bodyOf(['release', 'discard'], ParkedKeySelection, { reason }),
  },

  listBulkJobs: {
    ...job,
    ...listed,
    method: 'GET',
    path: '/api/bulk-jobs',
    summary: 'List bulk jobs, newest first',
    description: 'Without those of connections: see `GET /api/connections/bulk-jobs`.',
  },

  getBulkJob: {
    ...job,
    ...shown,
    method: 'GET',
    path: '/api/bulk-jobs/:id',
    summary: 'Get a bulk job and its progress',
  },

  pauseBulkJob: {
    ...job,
    ...shown,
    method: 'POST',
    path: '/api/bulk-jobs/:id/pause',
    scope: 'replays:write',
    summary: 'Pause a bulk job',
  },

  resumeBulkJob: {
    ...job,
    ...shown,
    method: 'POST',
    path: '/api/bulk-jobs/:id/resume',
    scope: 'replays:write',
    summary: 'Resume a paused bulk job',
  },

  cancelBulkJob: {
    ...job,
    ...shown,
    method: 'POST',
    path: '/api/bulk-jobs/:id/cancel',
    scope: 'replays:write',
    summary: 'Cancel a bulk job',
    description: CANCELLED,
  },

  bulkConnections: {
    ...call,
    owner: 'scheduler',
    tag: 'Connections',
    path: '/api/connections/bulk',
    scope: 'connections:write',
    summary: 'Pause, resume, poll or refresh the connections that match a filter',
    description:
      'Counts what the filter selects and creates a job, which goes through it in small parts. `GET /api/connections/bulk-jobs/:id` shows its progress. `poll` and `refresh` make the polls and the refreshes due: the journey of each connection shows their results. With `dryRun` nothing is changed.',
    body: bodyOf(['pause', 'resume', 'poll', 'refresh'], ConnectionSelection, {}),
  },

  listConnectionBulkJobs: {
    ...jobOfConnections,
    ...listed,
    method: 'GET',
    path: '/api/connections/bulk-jobs',
    summary: 'List the bulk jobs of connections, newest first',
  },

  getConnectionBulkJob: {
    ...jobOfConnections,
    ...shown,
    method: 'GET',
    path: '/api/connections/bulk-jobs/:id',
    summary: 'Get a bulk job of connections and its progress',
  },

  pauseConnectionBulkJob: {
    ...jobOfConnections,
    ...shown,
    method: 'POST',
    path: '/api/connections/bulk-jobs/:id/pause',
    scope: 'connections:write',
    summary: 'Pause a bulk job of connections',
  },

  resumeConnectionBulkJob: {
    ...jobOfConnections,
    ...shown,
    method: 'POST',
    path: '/api/connections/bulk-jobs/:id/resume',
    scope: 'connections:write',
    summary: 'Resume a paused bulk job of connections',
  },

  cancelConnectionBulkJob: {
    ...jobOfConnections,
    ...shown,
    method: 'POST',
    path: '/api/connections/bulk-jobs/:id/cancel',
    scope: 'connections:write',
    summary: 'Cancel a bulk job of connections',
    description: CANCELLED,
  },
});
