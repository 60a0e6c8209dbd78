import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EventTypePattern,
  list,
  message,
  nullable,
  one,
  PageQuery,
  patternWith,
  Timestamp,
  UserId,
  withDefault,
} from './common.ts';
import { Delivery, DeliveryRow } from './deliveries.ts';

const Milliseconds = nullable(Type.Number());

/**
 * How many hours back from now, by the times of the events. Rounded to 5 minutes up to 48 hours, and to the hour
 * beyond that.
 */
const hours = withDefault(Type.Integer({ minimum: 1, maximum: 8_760 }), 24);

/** Durations of attempts in ms, accurate to a twentieth. null: there were no attempts. */
export const Durations = Type.Object({
  averageMs: Milliseconds,
  p50Ms: Milliseconds,
  p95Ms: Milliseconds,
  p99Ms: Milliseconds,
});
export type Durations = Static<typeof Durations>;

export const Statistics = Type.Object({
  summary: Type.Object({
    totalEvents: Type.Integer({ description: 'Received events' }),
    processedEvents: Type.Integer({
      description: 'Events whose deliveries all succeeded or were discarded, or that no endpoint matched',
    }),
    pendingEvents: Type.Integer({
      description: 'Events with an open delivery and none that gave up',
    }),
    failedEvents: Type.Integer({ description: 'Events with a delivery that gave up' }),
    successRate: Type.String({ description: 'Percentage with two decimals' }),
    avgProcessingTimeMs: Type.Number({ description: 'Mean duration of a request to an endpoint, in ms' }),
  }),
  byEvent: Type.Array(
    Type.Object({
      event: Type.String({
        description:
          "The provider's name of the event without its action, such as `workflow_job`; for an application's own event, the event type. The parameter `event` of `GET /api/webhook-events` takes it",
      }),
      provider: Type.String({
        description: 'The provider whose id the type begins with, `hookline` for announcements, else `app`',
      }),
      total: Type.Integer(),
      processed: Type.Integer(),
      failed: Type.Integer(),
      avgProcessingTimeMs: Type.Number(),
    }),
  ),
  deliveries: Type.Object({
    total: Type.Integer(),
    delivered: Type.Integer(),
    failed: Type.Integer(),
    discarded: Type.Integer(),
    open: Type.Integer(),
    attempts: Type.Integer(),
    failedAttempts: Type.Integer(),
    durations: Durations,
  }),
});
export type Statistics = Static<typeof Statistics>;

/** Counts of one step of time, by the times of the events. */
const TimelineStep = Type.Object({
  at: { ...Timestamp, description: 'Start of the step' },
  received: Type.Integer({ description: 'Received events. 0 with `webhookId`' }),
  failedEvents: Type.Integer({
    description: 'Number of these events with a delivery that gave up. 0 with `webhookId`',
  }),
  deliveries: Type.Integer(),
  delivered: Type.Integer(),
  failed: Type.Integer({ description: 'Deliveries that gave up' }),
  discarded: Type.Integer(),
  attempts: Type.Integer(),
  failedAttempts: Type.Integer(),
  durations: Durations,
});

export const Timeline = Type.Object({
  startDate: Timestamp,
  endDate: Timestamp,
  stepSeconds: Type.Enum([300, 3_600, 86_400]),
  steps: Type.Array(TimelineStep, { description: 'The steps in which something was counted, oldest first' }),
  byProvider: Type.Array(
    Type.Object({
      provider: Type.String({ description: 'The provider whose id the type begins with, else `app`' }),
      received: Type.Array(Type.Integer(), { description: 'Received events, for each of `steps`' }),
    }),
    { description: 'The provider with the most events first' },
  ),
});
export type Timeline = Static<typeof Timeline>;

export const EndpointStats = Type.Object({
  webhookId: Type.String(),
  hours: Type.Integer(),
  total: Type.Integer({ description: 'Deliveries: the sum of the next five fields' }),
  success: Type.Integer(),
  failed: Type.Integer(),
  discarded: Type.Integer(),
  pending: Type.Integer({ description: 'Deliveries that are pending or being sent' }),
  retrying: Type.Integer({ description: 'Deliveries that wait for a retry' }),
  successRate: Type.String({ description: 'Percentage of the settled deliveries, with two decimals' }),
  attempts: Type.Integer(),
  failedAttempts: Type.Integer(),
  avgResponseTimeMs: Milliseconds,
  durations: Durations,
  recentDeliveries: Type.Array(Delivery),
});
export type EndpointStats = Static<typeof EndpointStats>;

export const Activity = Type.Object({
  recentEvents: Type.Integer({ description: 'Events of the last 5 to 10 minutes' }),
  lastEventTime: nullable(Timestamp),
  failedWebhooksCount: Type.Integer({ description: 'Events with a delivery that gave up' }),
  metrics: Type.Object({
    hourly: Type.Object(
      {
        total: Type.Integer({ description: 'Number of events' }),
        failed: Type.Integer({ description: 'Number of these events with a delivery that gave up' }),
        attempts: Type.Integer({ description: 'Number of requests to endpoints' }),
        failedAttempts: Type.Integer(),
        avgProcessingTimeMs: Type.Number(),
      },
      { description: 'Numbers for the events of the last hour' },
    ),
  }),
});
export type Activity = Static<typeof Activity>;

const forUser = { userId: Type.Optional(UserId) };
const common = { owner: 'delivery', role: 'tenant', tag: 'Statistics' } as const;

/** The operation waits for a dead replica until it counts as gone. */
const CONFIRMED_WITHIN_MS = 15_000;

const queue = { ...common, tag: 'Queue' } as const;

export const statisticsOperations = defineOperations({
  getStatistics: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/statistics',
    scope: 'events:read',
    summary: 'Count the results of recent events',
    query: Type.Object({ hours, ...forUser }),
    success: { status: 200, schema: one(Statistics) },
  },

  getTimeline: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/timeline',
    scope: 'events:read',
    summary: 'Count events, deliveries and attempts over time',
    description:
      'Counts in steps of 5 minutes for a range of at most 25 hours that begins in the last 48 hours, of an hour for up to 14 days, and of a day for up to 366 days. The range is widened to whole steps. Default: the last 24 hours.',
    query: Type.Object({
      ...DATE_RANGE,
      eventType: Type.Optional(EventTypePattern),
      provider: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      webhookId: Type.Optional(
        Type.String({ maxLength: 100, description: 'Only deliveries to this endpoint' }),
      ),
      ...forUser,
    }),
    success: { status: 200, schema: one(Timeline) },
  },

  getEndpointStats: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id/stats',
    scope: 'events:read',
    summary: "Count the results of an endpoint's recent deliveries",
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ hours, ...forUser }),
    success: { status: 200, schema: one(EndpointStats) },
  },

  getEventStats: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/stats',
    scope: 'events:read',
    summary: 'Count events by status',
    description:
      'Counts all events for which statistics are still stored. Each event has one status, however many endpoints it is sent to: dead_letter if one of its deliveries gave up, else failed if one waits for a retry, else processing, else pending.',
    query: Type.Object(forUser),
    success: {
      status: 200,
      schema: one(
        Type.Object({
          total: Type.Integer(),
          pending: Type.Integer(),
          processing: Type.Integer(),
          processed: Type.Integer(),
          failed: Type.Integer(),
          dead_letter: Type.Integer(),
        }),
      ),
    },
  },

  getActivity: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/activity',
    scope: 'events:read',
    summary: 'Summarize the last hour, as `/api/webhooks/health` shows it',
    description:
      'For a caller with a key, `/api/webhooks/health` subtracts the percentage of failed attempts from its healthScore.',
    query: Type.Object(forUser),
    success: {
      status: 200,
      schema: one(Activity),
    },
  },

  listFailedWebhooks: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/failed',
    scope: 'events:read',
    summary: 'List the newest deliveries that gave up',
    query: Type.Object({
      ...PageQuery,
      limit: withDefault(Type.Integer({ minimum: 1, maximum: 1_000 }), 10),
      ...forUser,
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },

  testWebhook: {
    ...common,
    tag: 'Events',
    method: 'POST',
    path: '/api/webhooks/test',
    scope: 'events:write',
    summary: 'Publish a sample event of a provider',
    description:
      'The event has the fields that the provider gives an event of this type, and is sent to every matching endpoint. A type without a sample is refused with the nearest names.',
    body: Type.Object(
      {
        eventType: Type.String({
          examples: ['github.push'],
          ...patternWith(
            '^[A-Za-z0-9_.-]{1,200}$',
            'an event type, such as workflow_job or stripe.customer.created',
          ),
          description:
            "An event of GitHub as in `X-GitHub-Event`: `workflow_job`. An event of any provider with the provider's id: `stripe.customer.created`, `github.workflow_job`",
        }),
        repository: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 200,
            description: 'For GitHub: the repository. Default `test/repo`',
          }),
        ),
        action: Type.Optional(
          Type.String({
            ...patternWith('^[A-Za-z0-9_-]{1,64}$', 'an action of GitHub, such as completed'),
            description: 'For GitHub: the action. Default: the first action of such events, such as `queued`',
          }),
        ),
        userId: Type.Optional(UserId),
      },
      { additionalProperties: false },
    ),
    success: {
      status: 202,
      schema: one(
        Type.Object({ message: Type.String(), eventId: Type.String(), providerDeliveryId: Type.String() }),
      ),
    },
  },

  getQueueStats: {
    ...queue,
    method: 'GET',
    path: '/api/webhooks/queue/stats',
    scope: 'events:read',
    summary: 'Count waiting, active, completed, failed and delayed deliveries',
    query: Type.Object(forUser),
    success: {
      status: 200,
      schema: one(
        Type.Object({
          waiting: Type.Integer({ description: 'Deliveries that wait for a free slot' }),
          active: Type.Integer({ description: 'Deliveries that are being sent' }),
          completed: Type.Integer({
            description: 'Successful deliveries for which statistics are still stored',
          }),
          failed: Type.Integer({ description: 'Failed deliveries for which statistics are still stored' }),
          delayed: Type.Integer({ description: 'Deliveries that wait for a retry' }),
          paused: Type.Boolean(),
        }),
      ),
    },
  },

  pauseQueue: {
    ...queue,
    role: 'operator',
    method: 'POST',
    path: '/api/webhooks/queue/pause',
    scope: 'admin',
    summary: 'Pause all sending',
    description:
      'Answers when every replica of delivery has confirmed: no request to an endpoint begins after that. Events are still accepted and stored; requests in flight end normally.',
    answersWithinMs: CONFIRMED_WITHIN_MS,
    success: { status: 200, schema: message },
  },

  resumeQueue: {
    ...queue,
    role: 'operator',
    method: 'POST',
    path: '/api/webhooks/queue/resume',
    scope: 'admin',
    summary: 'Resume all sending',
    description: 'Answers when every replica of delivery has confirmed.',
    answersWithinMs: CONFIRMED_WITHIN_MS,
    success: { status: 200, schema: message },
  },
});
