import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  EventTypePattern,
  list,
  message,
  nullable,
  one,
  oneWithWarnings,
  PageQuery,
  patternWith,
  readOnly,
  Timestamp,
  UserId,
  withExample,
} from './common.ts';
import { IdOrUid, Metadata, TagFilter, Tags, Uid } from './labels.ts';
import { changedSettings, newSettings } from './settings.ts';

const Tolerance = Type.Union([Type.Integer({ minimum: 1, maximum: 86_400 }), Type.Null()], {
  description:
    "Largest difference between a signed timestamp and the time of receipt, in seconds. null: not checked. Default: the provider's",
});
const Secret = Type.String({ minLength: 1, maxLength: 4096 });
const AllowedIps = Type.Array(Type.String({ minLength: 2, maxLength: 50 }), {
  minItems: 1,
  maxItems: 200,
  description: 'IPv4 and IPv6 addresses and networks (203.0.113.0/24) that may send. Default: all',
});
const EventFilter = Type.Array(EventTypePattern, {
  minItems: 1,
  maxItems: 100,
  description:
    'Event type patterns, as for endpoints. An event that matches none is answered as accepted and not stored',
});
export const SourceAnswer = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 299 }),
    contentType: Type.Optional(
      Type.String({
        maxLength: 100,
        ...patternWith(
          '^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?[A-Za-z0-9=._-]+)*$',
          'a content type such as application/json or text/plain; charset=utf-8',
        ),
      }),
    ),
    body: Type.Optional(
      Type.String({ maxLength: 4096, description: 'Body of the answer, at most 4,096 bytes' }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Answer to requests whose events were stored, instead of the usual answer',
  },
);
export type SourceAnswer = Static<typeof SourceAnswer>;
const MAX_WINDOW_SECONDS = 2_592_000;
export const SourceDedupe = Type.Object(
  {
    by: Type.Enum(['id', 'body', 'fields', 'none'], {
      description:
        "`id`: the provider's id of the event. `body`: all bytes of the body. `fields`: the values at the JSON pointers in `fields`. `none`: every request is a new event",
    }),
    windowSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_WINDOW_SECONDS,
        description:
          'Dedupe window in seconds, between the times of receipt. Default: for `id`, as long as events are stored; otherwise the default window (60 seconds, `WEBHOOK_DEDUP_TTL`)',
      }),
    ),
    fields: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 20,
        description:
          'JSON pointers (RFC 6901) into the payload, such as `/order/id`. An event that has none of the fields is never a repeat',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'How a repeat from this source is recognised. Default: see `identity` in `GET /api/providers`',
  },
);
export type SourceDedupe = Static<typeof SourceDedupe>;
const ProviderOptions = Type.Record(
  Type.String(patternWith('^[A-Za-z][A-Za-z0-9]{0,63}$', 'a letter, and up to 63 letters and digits')),
  Type.String({ minLength: 1, maxLength: 4096 }),
  {
    description: 'Options that the provider needs besides the secret, by their names in `GET /api/providers`',
  },
);
const KeepRequest = Type.Boolean({
  description:
    'Whether to store the HTTP request of each webhook (method, path, query, headers, body) with its event. Endpoints with `format: "request"` need it. Default true',
});
const Environment = Type.String({
  minLength: 1,
  maxLength: 50,
  description: 'A label such as `staging` that tells sources apart',
});

/** Settings of a source, for creating and changing it. */
const settings = {
  verifyToken: Type.Optional(
    Type.String({ maxLength: 500, description: 'Meta: the token of the subscription handshake' }),
  ),
  name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
  toleranceSeconds: Type.Optional(Tolerance),
  allowedIps: Type.Optional(AllowedIps),
  events: Type.Optional(EventFilter),
  answer: Type.Optional(SourceAnswer),
  dedupe: Type.Optional(SourceDedupe),
  options: Type.Optional(ProviderOptions),
  keepRequest: Type.Optional(KeepRequest),
  environment: Type.Optional(Environment),
  uid: Type.Optional(Uid),
  metadata: Type.Optional(Metadata),
  tags: Type.Optional(Tags),
  active: Type.Optional(
    Type.Boolean({ description: 'false: the source refuses all requests. Default true' }),
  ),
};

/** A tenant's address for the webhooks of one provider. Its secret is never returned. */
export const Source = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  provider: Type.String(),
  name: Type.Union([Type.String(), Type.Null()]),
  uid: Uid,
  metadata: Metadata,
  tags: Tags,
  url: Type.String({ description: "Address for the provider's webhooks" }),
  toleranceSeconds: Type.Optional(Tolerance),
  allowedIps: Type.Optional(AllowedIps),
  events: Type.Optional(EventFilter),
  answer: Type.Optional(SourceAnswer),
  dedupe: Type.Optional(SourceDedupe),
  options: Type.Optional(ProviderOptions),
  keepRequest: Type.Optional(KeepRequest),
  environment: Type.Optional(Environment),
  secretsSetAt: Type.Array(Timestamp, {
    description:
      'Times at which the valid secrets were set, newest first. The secrets themselves are never returned',
  }),
  active: Type.Boolean(),
  managedBy: Type.Optional(
    Type.String({
      description:
        'The connection or the OAuth application that Hookline made this source for. Absent: a person made it',
    }),
  ),
  subscription: nullable(
    Type.Object(
      {
        kind: Type.Enum(['revoked', 'disabled', 'verified', 'test']),
        reason: nullable(Type.String({ description: "Reason in the provider's words" })),
        type: Type.String({ description: 'Type of the event that reported it' }),
        eventId: Type.String(),
        at: Timestamp,
      },
      {
        description:
          'The last message of the provider about its subscription, such as that it was revoked. null: there was none. See `control` of events',
      },
    ),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Source = Static<typeof Source>;

const params = Type.Object({ id: IdOrUid });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'ingest', role: 'tenant', tag: 'Sources' } as const;

const change = {
  ...common,
  path: '/api/sources/:id',
  scope: 'sources:write',
  summary: 'Change a source',
  description:
    'Changes only the fields that the body has (RFC 7396), also within `answer`, `dedupe` and `options`. `null` resets a field to its default; for `toleranceSeconds` it means that the age is not checked. ' +
    'Lists, and a `dedupe` with another `by`, are replaced as a whole. ' +
    'After a new `secret` the previous one stays valid until the next change of the secret. The answer of GET can be sent back: read-only fields are ignored.',
  params,
  query: forUser,
  body: changedSettings(settings, {
    secret: Type.Optional(Secret),
    ...readOnly(
      'id',
      'provider',
      'url',
      'secretsSetAt',
      'managedBy',
      'subscription',
      'createdAt',
      'updatedAt',
    ),
  }),
  success: { status: 200, schema: oneWithWarnings(Source) },
} as const;

export const sourceOperations = defineOperations({
  createSource: {
    ...common,
    method: 'POST',
    path: '/api/sources',
    scope: 'sources:write',
    summary: 'Create a source',
    description: 'The `secret` is required, except for providers that sign with a published key.',
    body: withExample(
      newSettings(
        {
          ...settings,
          provider: Type.String({ maxLength: 64, examples: ['github'] }),
          secret: Type.Optional(Secret),
        },
        { userId: Type.Optional(UserId) },
      ),
      { provider: 'github', secret: 'the secret you set at GitHub' },
    ),
    success: { status: 201, schema: oneWithWarnings(Source) },
  },

  listSources: {
    ...common,
    method: 'GET',
    path: '/api/sources',
    scope: 'sources:read',
    summary: 'List sources',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      provider: Type.Optional(Type.String({ maxLength: 64 })),
      tag: TagFilter,
    }),
    success: { status: 200, schema: list(Source) },
  },

  getSource: {
    ...common,
    method: 'GET',
    path: '/api/sources/:id',
    scope: 'sources:read',
    summary: 'Get a source',
    params,
    query: forUser,
    success: { status: 200, schema: one(Source) },
  },

  updateSource: { ...change, method: 'PUT' },

  patchSource: { ...change, method: 'PATCH' },

  deleteSource: {
    ...common,
    method: 'DELETE',
    path: '/api/sources/:id',
    scope: 'sources:write',
    summary: 'Delete a source',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },
});
