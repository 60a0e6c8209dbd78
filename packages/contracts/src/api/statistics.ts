import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, message, nullable, one, PageQuery, patternWith, Timestamp, UserId } from './common.ts';
import { Delivery, DeliveryRow } from './deliveries.ts';

const Milliseconds = nullable(Type.Number());

/** Hours back from now, counted by the times of the events. Up to 48 to the 5 minutes, beyond to the hour. */
const hours = Type.Integer({ minimum: 1, maximum: 8_760, default: 24 });

/** Times of attempts, off by at most a twentieth. null: there were none. */
export const Durations = Type.Object({
  averageMs: Milliseconds,
  p50Ms: Milliseconds,
  p95Ms: Milliseconds,
  p99Ms: Milliseconds,
});
export type Durations = Static<typeof Durations>;

export const Statistics = Type.Object({
  summary: Type.Object({
    totalEvents: Type.Integer({ description: 'Events received' }),
    processedEvents: Type.Integer({ description: 'The rest: delivered, let go, or wanted by nobody' }),
    pendingEvents: Type.Integer({
      description: 'Events with a delivery that is open, and none that gave up',
    }),
    failedEvents: Type.Integer({ description: 'Events with a delivery that gave up' }),
    successRate: Type.String({ description: 'Percent, with two decimals' }),
    avgProcessingTimeMs: Type.Number({ description: 'Of a request to an endpoint' }),
  }),
  byEvent: Type.Array(
    Type.Object({
      event: Type.String({
        description:
          "The provider's name for it, e.g. `workflow_job`, whatever its action; of an application's own event the type. `event` of GET /api/webhook-events takes it",
      }),
      provider: Type.String({
        description:
          'Who sends it: the provider whose id the type begins with, `hookline` for its own announcements, else `app`',
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

export const EndpointStats = Type.Object({
  webhookId: Type.String(),
  hours: Type.Integer(),
  total: Type.Integer({ description: 'Deliveries: the sum of the next five' }),
  success: Type.Integer(),
  failed: Type.Integer(),
  discarded: Type.Integer(),
  pending: Type.Integer({ description: 'To be sent, or being sent' }),
  retrying: Type.Integer({ description: 'Waiting for a retry' }),
  successRate: Type.String({ description: 'Of those that are settled, in percent with two decimals' }),
  attempts: Type.Integer(),
  failedAttempts: Type.Integer(),
  avgResponseTimeMs: Milliseconds,
  durations: Durations,
  recentDeliveries: Type.Array(Delivery),
});
export type EndpointStats = Static<typeof EndpointStats>;

export const Activity = Type.Object({
  recentEvents: Type.Integer({ description: 'In the last 5 to 10 minutes' }),
  lastEventTime: nullable(Timestamp),
  failedWebhooksCount: Type.Integer({ description: 'Events with a delivery that gave up' }),
  metrics: Type.Object({
    hourly: Type.Object(
      {
        total: Type.Integer({ description: 'Events' }),
        failed: Type.Integer({ description: 'Of those, with a delivery that gave up' }),
        attempts: Type.Integer({ description: 'Requests to endpoints' }),
        failedAttempts: Type.Integer(),
        avgProcessingTimeMs: Type.Number(),
      },
      { description: 'Of the events of the last hour' },
    ),
  }),
});
export type Activity = Static<typeof Activity>;

const forUser = { userId: Type.Optional(UserId) };
const common = { owner: 'delivery', role: 'tenant', tag: 'Statistics' } as const;

/** A replica that has died is waited for until it counts as gone. */
const CONFIRMED_WITHIN_MS = 15_000;

const queue = { ...common, tag: 'Queue' } as const;

export const statisticsOperations = defineOperations({
  getStatistics: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/statistics',
    summary: 'What became of the events of the last hours',
    query: Type.Object({ hours, ...forUser }),
    success: { status: 200, schema: one(Statistics) },
  },

  getEndpointStats: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id/stats',
    summary: 'What became of the deliveries of an endpoint in the last hours',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ hours, ...forUser }),
    success: { status: 200, schema: one(EndpointStats) },
  },

  getEventStats: {
    ...common,
    method: 'GET',
    path: '/api/webhook-events/stats',
    summary: 'How many events are in which state',
    description:
      'Counted as they happen, for as long as statistics are kept. An event is in one state, however many endpoints it goes to: dead_letter when one of its deliveries gave up, else failed when one waits for a retry, else processing, else pending.',
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
    summary: 'The last hour in a few numbers, as /api/webhooks/health shows them',
    description:
      'With a key, /api/webhooks/health takes the percentage of failedAttempts among attempts off its healthScore.',
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
    summary: 'The newest deliveries that gave up',
    query: Type.Object({
      ...PageQuery,
      limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }),
      ...forUser,
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },

  testWebhook: {
    ...common,
    tag: 'Events',
    method: 'POST',
    path: '/api/webhooks/test',
    summary: 'Publish a made-up event of a provider',
    description:
      'It has the fields that the provider gives an event of this type, and goes to the endpoints that want it, like one that the provider sent. A type that there is no sample of is refused with the nearest names.',
    body: Type.Object(
      {
        eventType: Type.String({
          ...patternWith(
            '^[A-Za-z0-9_.-]{1,200}$',
            'an event type, such as workflow_job or stripe.customer.created',
          ),
          description:
            'Of GitHub as in `X-GitHub-Event`: `workflow_job`. Of any provider with its id before it: `stripe.customer.created`, `github.workflow_job`',
        }),
        repository: Type.Optional(
          Type.String({ minLength: 1, maxLength: 200, description: 'Of GitHub; default `test/repo`' }),
        ),
        action: Type.Optional(
          Type.String({
            ...patternWith('^[A-Za-z0-9_-]{1,64}$', 'an action of GitHub, such as completed'),
            description: 'Of GitHub; default: the one that such events begin with, e.g. `queued`',
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
    summary: 'How many deliveries wait, are under way, were completed, have failed',
    query: Type.Object(forUser),
    success: {
      status: 200,
      schema: one(
        Type.Object({
          waiting: Type.Integer({ description: 'To be sent as soon as there is room' }),
          active: Type.Integer({ description: 'Being sent' }),
          completed: Type.Integer({ description: 'Delivered, for as long as statistics are kept' }),
          failed: Type.Integer({ description: 'Gave up, for as long as statistics are kept' }),
          delayed: Type.Integer({ description: 'Waiting for a retry' }),
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
    summary: 'Stop all sending',
    description:
      'Answers when every replica of delivery has confirmed: no request to an endpoint begins after that. Events are still taken in and kept; what is being sent ends.',
    answersWithinMs: CONFIRMED_WITHIN_MS,
    success: { status: 200, schema: message },
  },

  resumeQueue: {
    ...queue,
    role: 'operator',
    method: 'POST',
    path: '/api/webhooks/queue/resume',
    summary: 'Go on sending',
    description: 'Answers when every replica of delivery has confirmed.',
    answersWithinMs: CONFIRMED_WITHIN_MS,
    success: { status: 200, schema: message },
  },
});
