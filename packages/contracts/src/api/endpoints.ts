import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  EventTypePattern,
  HeaderName,
  list,
  message,
  nullable,
  one,
  oneWithWarnings,
  optionalBody,
  PageQuery,
  patternWith,
  readOnly,
  Timestamp,
  UserId,
} from './common.ts';
import { Delivery, DeliveryRow, DeliveryStatus } from './deliveries.ts';
import {
  Batching,
  ENDPOINT_BODIES,
  ENDPOINT_FORMATS,
  EndpointAuth,
  Filter,
  HTTP_METHODS,
  Ordering,
  RateLimit,
  Signing,
  Transformation,
} from './endpoint-options.ts';
import { StartedReplay } from './replays.ts';
import { changedSettings, newSettings } from './settings.ts';

export const ENDPOINT_DEFAULTS = { maxRetries: 3, retryDelaySeconds: 60, timeoutSeconds: 30 } as const;

/**
 * Retry schedules with a name, in seconds after the attempt before.
 * `standard-webhooks` is the example of the Standard Webhooks specification; `meta` is 1, 5, 30 s.
 */
export const RETRY_SCHEDULE_PRESETS = {
  'standard-webhooks': [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  meta: [1, 5, 30],
} as const;

const RetrySchedule = Type.Union([
  Type.Array(Type.Integer({ minimum: 1, maximum: 604_800 }), { minItems: 0, maxItems: 50 }),
  Type.Enum(Object.keys(RETRY_SCHEDULE_PRESETS) as (keyof typeof RETRY_SCHEDULE_PRESETS)[]),
  Type.Null(),
]);

/** Null: the default, or nothing of the kind. */
const options = {
  method: Type.Enum([...HTTP_METHODS]),
  filter: nullable(Filter),
  transformation: nullable(Transformation),
  batching: nullable(Batching),
  ordering: nullable(Ordering),
  rateLimit: nullable(RateLimit),
  auth: nullable(EndpointAuth),
  signing: Signing,
  format: Type.Enum([...ENDPOINT_FORMATS], {
    description:
      '`event` (default): the event, in our own form. `request`: the HTTP request that brought it, as the provider sent it: method, what was appended to the path, query, headers and bytes, so that the receiver verifies the provider’s own signature. An event that no kept request brought (published, polled, a test, or a source with `keepRequest: false`) is sent as its payload alone',
  }),
  body: Type.Enum([...ENDPOINT_BODIES], {
    description:
      '`verbatim` (default): the payload byte for byte as it came in. `compact`: as `JSON.stringify(JSON.parse(body))` writes it, for receivers that verify the signature over JSON that they print again; integers beyond 2^53 are rounded as JavaScript rounds them. Payloads over 1 MB are sent verbatim. Not with `format: "request"`',
  }),
  hooklineHeaders: Type.Boolean({
    description:
      'With `format: "request"`: whether our own headers (`webhook-*`, `x-webhook-*`, `hookline-original-url`) are sent beside the provider’s. Default true. `hookline-hops`, which ends loops, is always sent',
  }),
  deadlineSeconds: nullable(
    Type.Integer({
      minimum: 60,
      maximum: 2_592_000,
      description:
        'A delivery that has not arrived so long after its event was received gives up when its turn comes: what waits behind a parked key, for an endpoint that is switched off or while the queue is paused, only then',
    }),
  ),
};

/** What every endpoint has to be given. */
const named = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  url: Type.String({
    minLength: 1,
    maxLength: 2048,
    description:
      'http or https; no user info, no fragment. What gives access in its path or query (a token, a key, a signature) is shown as `[redacted]`; a URL that is sent back as it was shown stays as it is',
  }),
  events: Type.Array(EventTypePattern, {
    minItems: 1,
    maxItems: 200,
    description:
      'Event types, or `*`. A type stands for itself and everything below it, with or without `.*`: `github.workflow_job` is `github.workflow_job.completed` too. A name of one part is an event of GitHub as well: `push`',
  }),
};

const optional = {
  description: Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]),
  headers: Type.Record(HeaderName, Type.String({ maxLength: 4096 }), {
    maxProperties: 50,
    description:
      'Sent with every request to this endpoint. Values of those that look like secrets are shown as `[redacted]`; sent back like that they stay as they are. Names are the same whatever their case',
  }),
  maxRetries: Type.Integer({ minimum: 0, maximum: 10, description: 'Retries after the first attempt' }),
  retryDelay: Type.Integer({
    minimum: 10,
    maximum: 3600,
    description: 'Seconds before the first retry; doubles with each',
  }),
  retrySchedule: RetrySchedule,
  timeoutSeconds: Type.Integer({ minimum: 1, maximum: 30 }),
  active: Type.Boolean(),
  ...options,
};

/** An endpoint: a tenant's URL that receives events. */
export const Endpoint = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  url: Type.String({ description: 'With `[redacted]` in place of tokens, keys and signatures' }),
  description: Type.Union([Type.String(), Type.Null()]),
  events: Type.Array(Type.String()),
  active: Type.Boolean(),
  verified: Type.Boolean(),
  disabledAt: Type.Union([Timestamp, Type.Null()], {
    description: 'When Hookline switched it off by itself',
  }),
  disabledReason: Type.Union([Type.String(), Type.Null()]),
  headers: Type.Record(Type.String(), Type.String()),
  maxRetries: Type.Integer(),
  retryDelay: Type.Integer(),
  retrySchedule: Type.Union([Type.Array(Type.Integer()), Type.Null()]),
  timeoutSeconds: Type.Integer(),
  ...options,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Endpoint = Static<typeof Endpoint>;

export const ENDPOINT_STATES = ['healthy', 'limited', 'open', 'half_open', 'paused', 'disabled'] as const;

/** How an endpoint's lane stands, as seen by the replica of delivery that answers; each has its own. */
export const EndpointHealth = Type.Object({
  state: Type.Enum([...ENDPOINT_STATES], {
    description:
      '`limited`: held back by its rate limit, a `Retry-After` or signs of strain. `open`: nothing is sent, the receiver is away; `half_open`: one delivery at a time finds out whether it is back. `paused`: all sending is. `disabled`: it is switched off',
  }),
  since: nullable(Timestamp),
  inFlight: Type.Integer({ description: 'Requests under way' }),
  slots: Type.Integer({ description: 'Requests that may be under way at once' }),
  waiting: Type.Integer({ description: 'Deliveries that wait, at most 10,000 of them are counted' }),
  oldestDueSeconds: nullable(
    Type.Number({ description: 'For how long the one that is due the longest has been' }),
  ),
  nextProbeAt: nullable(Timestamp),
  transformation: nullable(
    Type.Object(
      {
        state: Type.Enum(['normal', 'apart', 'suspended'], {
          description:
            '`apart`: it, or several of this tenant, ran out of time lately, and it runs in a thread with others that did. `suspended`: it ran out of time five times in a row, and is not run until `suspendedUntil`; attempts fail with `transformation_suspended`. Other code is run at once',
        }),
        timeouts: Type.Integer({ description: 'How often it ran out of time, one run after the other' }),
        suspendedUntil: nullable(Timestamp),
      },
      { description: 'How the code of the transformation behaves; null without one' },
    ),
  ),
});
export type EndpointHealth = Static<typeof EndpointHealth>;

const EndpointWithSecret = Type.Intersect([
  Endpoint,
  Type.Object({ secret: Type.String({ description: '`whsec_…`; shown this once' }) }),
]);

/** 24 to 64 bytes, as Standard Webhooks has it. */
const OwnSecret = Type.String({
  ...patternWith('^whsec_[A-Za-z0-9+/]{32,86}={0,2}$', 'whsec_ and the base64 of 24 to 64 bytes'),
  description:
    'A secret of your own, `whsec_` and the base64 of 24 to 64 bytes: for receivers that have it already. By default one is made',
});

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Endpoints' } as const;

const change = {
  ...common,
  path: '/api/webhooks/:id',
  summary: 'Change an endpoint',
  description:
    'Merged with what is there (RFC 7396): what is left out stays as it is, in objects such as `signing` or `rateLimit` too, and `null` resets to the default. Another `auth.type`, a `filter`, a `transformation` and lists take the place of what was there. What GET answers with can be sent back: what is only shown is ignored.',
  params,
  query: forUser,
  body: changedSettings(optional, {
    ...Type.Partial(Type.Object(named)).properties,
    ...readOnly(
      'id',
      'verified',
      'disabledAt',
      'disabledReason',
      'createdAt',
      'updatedAt',
      'recentDeliveries',
      'health',
    ),
  }),
  success: { status: 200, schema: oneWithWarnings(Endpoint) },
} as const;

export const endpointOperations = defineOperations({
  createEndpoint: {
    ...common,
    method: 'POST',
    path: '/api/webhooks',
    summary: 'Create an endpoint',
    description: 'Answers with the signing secret, which is shown this once.',
    body: newSettings(
      { ...named, ...Type.Partial(Type.Object(optional)).properties, secret: Type.Optional(OwnSecret) },
      { userId: Type.Optional(UserId) },
    ),
    success: { status: 201, schema: oneWithWarnings(EndpointWithSecret) },
  },

  listEndpoints: {
    ...common,
    method: 'GET',
    path: '/api/webhooks',
    summary: 'List endpoints',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      active: Type.Optional(Type.Boolean()),
    }),
    success: { status: 200, schema: list(Endpoint) },
  },

  getEndpoint: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id',
    summary: 'One endpoint, with its latest deliveries',
    params,
    query: forUser,
    success: {
      status: 200,
      schema: one(
        Type.Intersect([
          Endpoint,
          Type.Object({ recentDeliveries: Type.Array(Delivery), health: EndpointHealth }),
        ]),
      ),
    },
  },

  updateEndpoint: { ...change, method: 'PUT' },

  patchEndpoint: { ...change, method: 'PATCH' },

  deleteEndpoint: {
    ...common,
    method: 'DELETE',
    path: '/api/webhooks/:id',
    summary: 'Delete an endpoint',
    description: 'Deliveries that are still open end as failed, with the reason; nothing more is sent.',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },

  regenerateSecret: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/regenerate-secret',
    summary: 'Rotate the signing secret',
    description:
      'The old secret goes on signing beside the new one for 24 hours, or as long as is asked for, in `webhook-signature`; `X-Webhook-Signature` has room for one signature, which is the new one’s. An endpoint with a key pair gets a new one of those too, on the same terms.',
    params,
    query: forUser,
    body: optionalBody(
      Type.Object(
        {
          secret: Type.Optional(OwnSecret),
          gracePeriodSeconds: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 604_800,
              description:
                'How long the old secret goes on signing. Default 86,400; 0 ends it now, and with it those of earlier rotations',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    success: { status: 200, schema: one(EndpointWithSecret) },
  },

  resumeEndpoint: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/resume',
    summary: 'Switch an endpoint on again',
    description:
      'What was open when it was switched off is sent now, slowly at first. Events that came while it was off are sent as well, by a replay, with `catchUp`, in no order; `missedSince` says from when on there may be some; what was received before that, up to a day, and fanned out after it, is sent as well.',
    params,
    query: forUser,
    body: optionalBody(
      Type.Object(
        { catchUp: Type.Optional(Type.Boolean({ description: 'Default false' })) },
        { additionalProperties: false },
      ),
    ),
    success: {
      status: 200,
      schema: one(
        Type.Intersect([
          Endpoint,
          Type.Object({ missedSince: nullable(Timestamp), replay: nullable(StartedReplay) }),
        ]),
      ),
    },
  },

  testEndpoint: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/test',
    summary: 'Send a test event to this endpoint alone',
    params,
    query: forUser,
    success: { status: 202, schema: one(Type.Object({ eventId: Type.String(), deliveryId: Type.String() })) },
  },

  listEndpointDeliveries: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id/deliveries',
    summary: "One endpoint's deliveries, newest first",
    params,
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      status: Type.Optional(DeliveryStatus),
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },
});
