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
} from './common.ts';
import { changedSettings, newSettings } from './settings.ts';

const Tolerance = Type.Union([Type.Integer({ minimum: 1, maximum: 86_400 }), Type.Null()], {
  description: 'How old or early a signed timestamp may be, in seconds; null: not checked',
});
const Secret = Type.String({ minLength: 1, maxLength: 4096 });
const AllowedIps = Type.Array(Type.String({ minLength: 2, maxLength: 50 }), {
  minItems: 1,
  maxItems: 200,
  description: 'IPv4 and IPv6 addresses and networks (203.0.113.0/24) that may send; without it, all may',
});
const EventFilter = Type.Array(EventTypePattern, {
  minItems: 1,
  maxItems: 100,
  description: 'Patterns as endpoints use them. What matches none is answered as accepted and not stored',
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
    body: Type.Optional(Type.String({ maxLength: 4096, description: 'At most 4096 bytes' })),
  },
  { additionalProperties: false, description: 'What stored events are answered with, in place of the usual' },
);
export type SourceAnswer = Static<typeof SourceAnswer>;
const MAX_WINDOW_SECONDS = 2_592_000;
export const SourceDedupe = Type.Object(
  {
    by: Type.Enum(['id', 'body', 'fields', 'none'], {
      description:
        '`id`: the id of the event as the provider says it; `body`: all bytes; `fields`: the values at the JSON pointers in `fields`; `none`: every request is an event of its own',
    }),
    windowSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_WINDOW_SECONDS,
        description:
          'How long after an event its like counts as a repeat, from receipt to receipt. Default: for an id as long as events are kept, else the default window (60 seconds, set by WEBHOOK_DEDUP_TTL)',
      }),
    ),
    fields: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 20,
        description:
          'JSON pointers (RFC 6901) into the payload, such as `/order/id`. An event that has none of them is never a repeat',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'What a repeat from this source is recognised by. Default: as the provider is known to behave, see `identity` under /api/providers',
  },
);
export type SourceDedupe = Static<typeof SourceDedupe>;
const ProviderOptions = Type.Record(
  Type.String(patternWith('^[A-Za-z][A-Za-z0-9]{0,63}$', 'a letter, and up to 63 letters and digits')),
  Type.String({ minLength: 1, maxLength: 4096 }),
  { description: 'What the provider needs beside the secret, by the names that the provider has for it' },
);
const KeepRequest = Type.Boolean({
  description:
    'Whether the HTTP request of each webhook (method, path, query, headers, body) is kept with its event, to be looked at and to be sent on by endpoints with `format: "request"`. Default true',
});
const Environment = Type.String({
  minLength: 1,
  maxLength: 50,
  description: 'A label such as `staging`, by which you tell sources apart',
});

/** What a source may be told, when it is made and later. */
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
  active: Type.Optional(Type.Boolean({ description: 'Default true; `false`: it takes nothing' })),
};

/** A tenant's inbound address for one provider. Its secret is never returned. */
export const Source = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  provider: Type.String(),
  name: Type.Union([Type.String(), Type.Null()]),
  url: Type.String({ description: 'Give this address to the provider' }),
  toleranceSeconds: Type.Optional(Tolerance),
  allowedIps: Type.Optional(AllowedIps),
  events: Type.Optional(EventFilter),
  answer: Type.Optional(SourceAnswer),
  dedupe: Type.Optional(SourceDedupe),
  options: Type.Optional(ProviderOptions),
  keepRequest: Type.Optional(KeepRequest),
  environment: Type.Optional(Environment),
  secretsSetAt: Type.Array(Timestamp, {
    description: 'When each secret that is valid was set, newest first; never the secrets',
  }),
  active: Type.Boolean(),
  subscription: nullable(
    Type.Object(
      {
        kind: Type.Enum(['revoked', 'disabled', 'verified', 'test']),
        reason: nullable(Type.String({ description: 'As the provider says' })),
        type: Type.String({ description: 'Of the event that said so' }),
        eventId: Type.String(),
        at: Timestamp,
      },
      {
        description:
          'What the provider last said of its subscription itself, such as that it was revoked; null: nothing. See `control` of events',
      },
    ),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Source = Static<typeof Source>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'ingest', role: 'tenant', tag: 'Sources' } as const;

const change = {
  ...common,
  path: '/api/sources/:id',
  summary: 'Change a source',
  description:
    'Merged with what is there (RFC 7396): what is left out stays as it is, in `answer`, `dedupe` and `options` too, and `null` resets to the default, save for `toleranceSeconds`, where it means that the age is not checked. ' +
    'Another `dedupe.by` and lists take the place of what was there. ' +
    'A new `secret` takes the place of the old one, which stays valid beside it until the next change. What GET answers with can be sent back: what is only shown is ignored.',
  params,
  query: forUser,
  body: changedSettings(settings, {
    secret: Type.Optional(Secret),
    ...readOnly('id', 'provider', 'url', 'secretsSetAt', 'subscription', 'createdAt', 'updatedAt'),
  }),
  success: { status: 200, schema: oneWithWarnings(Source) },
} as const;

/** A source with the field names of earlier webhook services. */
export const RegisteredWebhook = Type.Object({
  id: Type.String({ description: 'Of the source' }),
  userId: Type.String(),
  platform: Type.String({ description: 'The provider' }),
  webhookUrl: Type.String({ description: 'The address that the provider calls' }),
  events: nullable(Type.Array(Type.String(), { description: 'What is kept; null: everything' })),
  active: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type RegisteredWebhook = Static<typeof RegisteredWebhook>;

export const sourceOperations = defineOperations({
  createSource: {
    ...common,
    method: 'POST',
    path: '/api/sources',
    summary: 'Create a source',
    description: 'Every provider needs a `secret`, save those that sign with a key they publish.',
    body: newSettings(
      { ...settings, provider: Type.String({ maxLength: 64 }), secret: Type.Optional(Secret) },
      { userId: Type.Optional(UserId) },
    ),
    success: { status: 201, schema: oneWithWarnings(Source) },
  },

  listSources: {
    ...common,
    method: 'GET',
    path: '/api/sources',
    summary: 'List sources',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      provider: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    success: { status: 200, schema: list(Source) },
  },

  getSource: {
    ...common,
    method: 'GET',
    path: '/api/sources/:id',
    summary: 'One source',
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
    summary: 'Delete a source',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },

  listRegisteredWebhooks: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/list',
    summary: 'List sources, with the fields `platform`, `webhookUrl`, `events` and `active`',
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: list(RegisteredWebhook) },
  },
});
