import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, message, one, PageQuery, Timestamp, UserId } from './common.ts';

export const ApiKey = Type.Object({
  id: Type.String(),
  role: Type.Enum(['tenant', 'operator']),
  userId: Type.Union([Type.String(), Type.Null()]),
  name: Type.Union([Type.String(), Type.Null()]),
  prefix: Type.String({ description: 'The first characters of the key, to recognise it by' }),
  createdAt: Timestamp,
  revokedAt: Type.Union([Timestamp, Type.Null()]),
});
export type ApiKey = Static<typeof ApiKey>;

const common = { owner: 'gateway', tag: 'API keys' } as const;

export const apiKeyOperations = defineOperations({
  createApiKey: {
    ...common,
    role: 'operator',
    method: 'POST',
    path: '/api/keys',
    scope: 'admin',
    summary: 'Create an API key',
    description:
      "Returns the key itself, which is not shown again. Without `userId` the key is an operator's.",
    body: Type.Object(
      {
        userId: Type.Optional(UserId),
        name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
      },
      { additionalProperties: false },
    ),
    success: { status: 201, schema: one(Type.Intersect([ApiKey, Type.Object({ key: Type.String() })])) },
  },

  listApiKeys: {
    ...common,
    role: 'tenant',
    method: 'GET',
    path: '/api/keys',
    scope: 'admin',
    summary: 'List API keys',
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: list(ApiKey) },
  },

  revokeApiKey: {
    ...common,
    role: 'operator',
    method: 'DELETE',
    path: '/api/keys/:id',
    scope: 'admin',
    summary: 'Revoke an API key',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    success: { status: 200, schema: message },
  },
});
