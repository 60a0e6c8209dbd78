import Type, { type Static } from 'typebox';
import { defineOperation } from '../operation.ts';
import { list, message, one, PageQuery, Timestamp, UserId } from './common.ts';

const Tolerance = Type.Union([Type.Integer({ minimum: 1, maximum: 86_400 }), Type.Null()], {
  description: 'How old or early a signed timestamp may be, in seconds; null: not checked',
});
const Secret = Type.String({ minLength: 1, maxLength: 4096 });

/** A tenant's inbound address for one provider. Its secret is never returned. */
export const Source = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  provider: Type.String(),
  name: Type.Union([Type.String(), Type.Null()]),
  url: Type.String({ description: 'Give this address to the provider' }),
  toleranceSeconds: Type.Optional(Tolerance),
  active: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Source = Static<typeof Source>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'ingest', role: 'tenant', tag: 'Sources' } as const;

export const createSource = defineOperation({
  ...common,
  id: 'createSource',
  method: 'POST',
  path: '/api/sources',
  summary: 'Create a source',
  body: Type.Object(
    {
      provider: Type.String({ maxLength: 64 }),
      secret: Secret,
      verifyToken: Type.Optional(
        Type.String({ maxLength: 500, description: 'Meta: the token of the subscription handshake' }),
      ),
      userId: Type.Optional(UserId),
      name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
      toleranceSeconds: Type.Optional(Tolerance),
    },
    { additionalProperties: false },
  ),
  success: { status: 201, schema: one(Source) },
});

export const listSources = defineOperation({
  ...common,
  id: 'listSources',
  method: 'GET',
  path: '/api/sources',
  summary: 'List sources',
  query: Type.Object({
    ...PageQuery,
    userId: Type.Optional(UserId),
    provider: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  success: { status: 200, schema: list(Source) },
});

export const getSource = defineOperation({
  ...common,
  id: 'getSource',
  method: 'GET',
  path: '/api/sources/:id',
  summary: 'One source',
  params,
  query: forUser,
  success: { status: 200, schema: one(Source) },
});

export const updateSource = defineOperation({
  ...common,
  id: 'updateSource',
  method: 'PUT',
  path: '/api/sources/:id',
  summary: 'Change a source',
  description:
    'A new `secret` takes the place of the old one, which stays valid beside it until the next change.',
  params,
  query: forUser,
  body: Type.Object(
    {
      secret: Type.Optional(Secret),
      verifyToken: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
      name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
      toleranceSeconds: Type.Optional(Tolerance),
      active: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
  success: { status: 200, schema: one(Source) },
});

export const deleteSource = defineOperation({
  ...common,
  id: 'deleteSource',
  method: 'DELETE',
  path: '/api/sources/:id',
  summary: 'Delete a source',
  params,
  query: forUser,
  success: { status: 200, schema: message },
});

/** A request that was refused, or recognised as a repeat, and why. */
export const Rejection = Type.Object({
  id: Type.String(),
  at: Timestamp,
  userId: Type.Union([Type.String(), Type.Null()]),
  provider: Type.String(),
  sourceId: Type.Union([Type.String(), Type.Null()]),
  code: Type.String(),
  reason: Type.String(),
  eventId: Type.Union([Type.String(), Type.Null()], { description: 'For `duplicate`: the event it repeats' }),
  deliveryId: Type.Union([Type.String(), Type.Null()]),
  headers: Type.Record(Type.String(), Type.String()),
  bodyStart: Type.String({ description: 'The first 2 KB' }),
});
export type Rejection = Static<typeof Rejection>;

export const listRejections = defineOperation({
  ...common,
  id: 'listRejections',
  method: 'GET',
  path: '/api/rejections',
  summary: 'Requests that were refused or repeated, newest first, with the reason',
  query: Type.Object({
    ...PageQuery,
    userId: Type.Optional(UserId),
    sourceId: Type.Optional(Type.String({ maxLength: 100 })),
    eventId: Type.Optional(Type.String({ maxLength: 100 })),
    code: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  success: { status: 200, schema: list(Rejection) },
});
