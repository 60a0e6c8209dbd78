import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { SECRET } from '../secret-field.ts';
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
  RetryStatuses,
  Signing,
  Transformation,
  WHEN_OFF,
} from './endpoint-options.ts';
import { IdOrUid, Metadata, TagFilter, Tags, Uid } from './labels.ts';
import { StartedReplay } from './replays.ts';
import { changedSettings, newSettings } from './settings.ts';

export const ENDPOINT_DEFAULTS = { maxRetries: 3, retryDelaySeconds: 60, timeoutSeconds: 30 } as const;

/**
 * Named retry schedules: seconds to wait after the previous attempt. `standard-webhooks` is the example of the
 * Standard Webhooks specification; `meta` is 1, 5 and 30 s.
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

/** Options of an endpoint. null means the default or none. */
const options = {
  retryOn: nullable({
    ...RetryStatuses,
    description:
      'Statuses (`429`) and classes of statuses (`5xx`) of an answer that are retried; after any other one a delivery gives up. null (default): all but 2xx and 410. Failures without an answer are retried as before',
  }),
  dontRetryOn: nullable({
    ...RetryStatuses,
    description:
      'Statuses and classes after which a delivery gives up at once. A status counts before a class, and `dontRetryOn` before `retryOn`',
  }),
  whenOff: Type.Enum([...WHEN_OFF], {
    description:
      'What happens to events while the endpoint is switched off. `skip` (default): it does not get them; `POST /api/webhooks/:id/resume` can catch up. `hold`: their deliveries wait until it is switched on',
  }),
  uid: Uid,
  metadata: Metadata,
  tags: Tags,
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
      "`event` (default): the event in Hookline's format. `request`: the provider's HTTP request as it was received, with its method, the path after the source's address, query, headers and bytes, so that the receiver can verify the provider's own signature. An event without a stored request (published, polled, a test, or from a source with `keepRequest: false`) is sent as its payload only",
  }),
  body: Type.Enum([...ENDPOINT_BODIES], {
    description:
      '`verbatim` (default): the payload\'s bytes as received. `compact`: the payload as `JSON.stringify(JSON.parse(body))` writes it, for receivers that verify the signature over re-serialized JSON; integers beyond 2^53 are rounded as in JavaScript. Payloads over 1 MB are always sent verbatim. Not with `format: "request"`',
  }),
  hooklineHeaders: Type.Boolean({
    description:
      'With `format: "request"`: whether Hookline\'s headers (`webhook-*`, `x-webhook-*`, `hookline-original-url`) are added to the provider\'s. Default true. `hookline-hops`, which ends loops, is always sent',
  }),
  deadlineSeconds: nullable(
    Type.Integer({
      minimum: 60,
      maximum: 2_592_000,
      description:
        "Seconds after the event was received when a delivery gives up. The deadline is checked when the delivery's turn comes: a delivery that waits behind a parked key, for a switched-off endpoint or in a paused queue gives up only after that wait",
    }),
  ),
};

/** Required settings of an endpoint. */
const named = {
  name: Type.String({ minLength: 1, maxLength: 200, examples: ['Orders'] }),
  url: Type.String({
    examples: ['https://example.com/webhooks'],
    minLength: 1,
    maxLength: 2048,
    description:
      'An http or https URL without user info and fragment. Answers show `[redacted]` in place of tokens, keys and signatures in its path or query; sending such a URL back keeps the value',
  }),
  events: Type.Array(EventTypePattern, {
    minItems: 1,
    maxItems: 200,
    description:
      'Event types, or `*` for all. A type includes every type below it, with or without `.*`: `github.workflow_job` includes `github.workflow_job.completed`. A name of one part also names an event of GitHub: `push`',
  }),
};

const optional = {
  description: Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]),
  headers: Type.Record(HeaderName, Type.String({ maxLength: 4096 }), {
    maxProperties: 50,
    description:
      'Headers of every request to this endpoint. Answers show `[redacted]` in place of values that look like secrets; sending that back keeps the value. Names are case-insensitive',
  }),
  maxRetries: Type.Integer({
    minimum: 0,
    maximum: 10,
    description: 'Number of retries after the first attempt. Default 3',
  }),
  retryDelay: Type.Integer({
    minimum: 10,
    maximum: 3600,
    description: 'Seconds before the first retry, doubled for each further retry. Default 60',
  }),
  retrySchedule: RetrySchedule,
  timeoutSeconds: Type.Integer({
    minimum: 1,
    maximum: 30,
    description: 'Seconds that one request may take. Default 30',
  }),
  active: Type.Boolean({ description: 'Whether the endpoint is switched on. Default true' }),
  ...options,
};

/** An endpoint: a tenant's URL that receives events. */
export const Endpoint = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  url: Type.String({ description: 'The URL with `[redacted]` in place of tokens, keys and signatures' }),
  description: Type.Union([Type.String(), Type.Null()]),
  events: Type.Array(Type.String()),
  active: Type.Boolean(),
  verified: Type.Boolean(),
  disabledAt: Type.Union([Timestamp, Type.Null()], {
    description: 'When Hookline switched the endpoint off by itself',
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

/** State of an endpoint's lane on the replica of delivery that answers; each replica has its own lane. */
export const EndpointHealth = Type.Object({
  state: Type.Enum([...ENDPOINT_STATES], {
    description:
      '`limited`: held back by its rate limit, a `Retry-After` or signs of overload. `open`: the receiver is unavailable and nothing is sent. `half_open`: one delivery at a time probes whether the receiver is available again. `paused`: all sending is paused. `disabled`: the endpoint is switched off',
  }),
  since: nullable(Timestamp),
  inFlight: Type.Integer({ description: 'Requests in flight' }),
  slots: Type.Integer({ description: 'Requests that may be in flight at the same time' }),
  waiting: Type.Integer({ description: 'Waiting deliveries; counting stops at 10,000' }),
  oldestDueSeconds: nullable(
    Type.Number({ description: 'How long the oldest due delivery has been due, in seconds' }),
  ),
  nextProbeAt: nullable(Timestamp),
  transformation: nullable(
    Type.Object(
      {
        state: Type.Enum(['normal', 'apart', 'suspended'], {
          description:
            "`apart`: this transformation, or several of this tenant's, ran out of time recently, and it runs in a thread with other such transformations. `suspended`: it ran out of time five times in a row and does not run until `suspendedUntil`; attempts fail with `transformation_suspended`. Changed code runs at once",
        }),
        timeouts: Type.Integer({ description: 'How many runs in a row ran out of time' }),
        suspendedUntil: nullable(Timestamp),
      },
      { description: "State of the transformation's code. null when there is none" },
    ),
  ),
});
export type EndpointHealth = Static<typeof EndpointHealth>;

const EndpointWithSecret = Type.Intersect([
  Endpoint,
  Type.Object({
    secret: Type.String({
      ...SECRET,
      description: 'The signing secret, `whsec_…`. Shown only in this answer',
    }),
  }),
]);

/** A secret of 24 to 64 bytes, as in Standard Webhooks. */
const OwnSecret = Type.String({
  ...patternWith('^whsec_[A-Za-z0-9+/]{32,86}={0,2}$', 'whsec_ and the base64 of 24 to 64 bytes'),
  description:
    'A secret that the receiver already has: `whsec_` and the base64 of 24 to 64 bytes. Default: a generated secret',
});

const params = Type.Object({ id: IdOrUid });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Endpoints' } as const;

/** The requests that are forwarded may have the secrets of a source, which a caller with this scope sets. */
const FORWARDS_REQUESTS = {
  in: 'body',
  field: 'format',
  value: 'request',
  scope: 'sources:write',
} as const;

const change = {
  ...common,
  path: '/api/webhooks/:id',
  scope: 'endpoints:write',
  furtherScope: FORWARDS_REQUESTS,
  summary: 'Change an endpoint',
  description:
    'Changes only the fields that the body has (RFC 7396), also within objects such as `signing` and `rateLimit`. `null` resets a field to its default. Lists, a `filter`, a `transformation` and an `auth` of another `type` are replaced as a whole. Stored secrets have to be given again when the change leads to another origin (`credentials_required`). The answer of GET can be sent back: read-only fields are ignored.',
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
    scope: 'endpoints:write',
    furtherScope: FORWARDS_REQUESTS,
    summary: 'Create an endpoint',
    description: 'Returns the signing secret, which is not shown again.',
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
    scope: 'endpoints:read',
    summary: 'List endpoints',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      active: Type.Optional(Type.Boolean()),
      tag: TagFilter,
    }),
    success: { status: 200, schema: list(Endpoint) },
  },

  getEndpoint: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id',
    scope: 'endpoints:read',
    summary: 'Get an endpoint with its state and its latest deliveries',
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
    scope: 'endpoints:write',
    summary: 'Delete an endpoint',
    description: 'Nothing more is sent. Open deliveries fail with an error that says so.',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },

  regenerateSecret: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/regenerate-secret',
    scope: 'endpoints:write',
    summary: 'Rotate the signing secret',
    description:
      "Both secrets sign `webhook-signature` for 24 hours or for `gracePeriodSeconds`. `X-Webhook-Signature` has one signature only: the new secret's. An endpoint with a key pair gets a new key pair as well, with the same grace period.",
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
                'Seconds for which the old secret keeps signing. Default 86,400. 0 ends it now, together with the secrets of earlier rotations',
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
    scope: 'endpoints:write',
    summary: 'Switch an endpoint on',
    description:
      'Open deliveries are sent now, slowly at first. With `catchUp`, a replay also sends the events that the endpoint missed while it was off, in no particular order. `missedSince` is the time from which events may be missing. Events received up to a day earlier but fanned out after that time are included.',
    params,
    query: forUser,
    body: optionalBody(
      Type.Object(
        {
          catchUp: Type.Optional(
            Type.Boolean({
              description: 'Whether to replay the events that the endpoint missed. Default false',
            }),
          ),
        },
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
    scope: 'endpoints:write',
    summary: 'Send a test event to this endpoint only',
    params,
    query: forUser,
    success: { status: 202, schema: one(Type.Object({ eventId: Type.String(), deliveryId: Type.String() })) },
  },

  listEndpointDeliveries: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id/deliveries',
    scope: 'events:read',
    summary: 'List the deliveries of an endpoint, newest first',
    params,
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      status: Type.Optional(DeliveryStatus),
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },
});
