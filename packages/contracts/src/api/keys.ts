import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { SCOPE_GRANTS } from '../scope.ts';
import { SECRET } from '../secret-field.ts';
import { list, message, nullable, one, PageQuery, Timestamp, UserId, withDefault } from './common.ts';

const Scopes = (options: object) =>
  Type.Array(Type.Enum([...SCOPE_GRANTS]), {
    minItems: 1,
    maxItems: SCOPE_GRANTS.length,
    ...options,
  });

export const ApiKey = Type.Object({
  id: Type.String(),
  role: Type.Enum(['tenant', 'operator']),
  userId: nullable(Type.String()),
  name: nullable(Type.String()),
  prefix: Type.String({ description: 'The first characters of the key, to recognise it by' }),
  scopes: Scopes({ description: 'What the key may do. `*` and `events:*` stand for several scopes' }),
  allowedAddresses: nullable(
    Type.Array(Type.String(), { description: 'Where the key may be used. null: everywhere' }),
  ),
  createdAt: Timestamp,
  expiresAt: nullable(Timestamp),
  lastUsedAt: Type.Union([Timestamp, Type.Null()], { description: 'To the minute' }),
  rotatedTo: Type.Union([Type.String(), Type.Null()], {
    description: 'The id of the key that replaced this one. This one is valid until `expiresAt`',
  }),
  revokedAt: nullable(Timestamp),
});
export type ApiKey = Static<typeof ApiKey>;

const ApiKeyWithSecret = Type.Intersect([
  ApiKey,
  Type.Object({ key: Type.String({ ...SECRET, description: 'The key itself. It is not shown again' }) }),
]);

const common = { owner: 'gateway', tag: 'API keys' } as const;
const params = Type.Object({ id: Type.String({ maxLength: 100 }) });

export const apiKeyOperations = defineOperations({
  createApiKey: {
    ...common,
    role: 'operator',
    method: 'POST',
    path: '/api/keys',
    scope: 'admin',
    summary: 'Create an API key',
    description:
      "Returns the key itself, which is not shown again. Without `userId` the key is an operator's. A key grants no more than the key that makes it: no other scopes, no later end, and no other addresses (`forbidden`).",
    body: Type.Object(
      {
        userId: Type.Optional(UserId),
        name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
        scopes: withDefault(
          Scopes({
            description:
              'What the key may do. `*`: everything except `connections:token`; `*:read`: everything that changes nothing; `endpoints:*`: all scopes of endpoints; and each scope by its name. `connections:token` always has to be named',
          }),
          ['*'],
        ),
        expiresAt: Type.Optional(
          Type.Union([Timestamp, Type.Null()], {
            description: 'null: the key does not expire. Default: as the key that makes it',
          }),
        ),
        allowedAddresses: Type.Optional(
          Type.Union(
            [Type.Array(Type.String({ maxLength: 50 }), { minItems: 1, maxItems: 100 }), Type.Null()],
            {
              description:
                'Addresses and networks from which alone the key may be used: `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`. null: everywhere. Default: as the key that makes it',
            },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 201, schema: one(ApiKeyWithSecret) },
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

  rotateApiKey: {
    ...common,
    role: 'operator',
    method: 'POST',
    path: '/api/keys/:id/rotate',
    scope: 'admin',
    summary: 'Replace an API key by a new one',
    description:
      'The new key has the same role, tenant, name, scopes and addresses, and is valid at once. The old key stays valid for `graceHours`, but no longer than it would have been. A key that has expired, was revoked or was rotated before is refused with 409: a rotation brings no key back. A caller can only rotate keys whose scopes it has itself, and whose addresses its own key has; the new key ends no later than that one (`forbidden`).',
    params,
    body: Type.Object(
      {
        graceHours: withDefault(
          Type.Integer({
            minimum: 0,
            maximum: 720,
            description: 'How long the old key stays valid. 0 ends it now',
          }),
          24,
        ),
        expiresAt: Type.Optional(
          Type.Union([Timestamp, Type.Null()], {
            description:
              'When the new key expires. Default: after as long a time as the old key had from its start; never if the old key never would have',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 201, schema: one(ApiKeyWithSecret) },
  },

  revokeApiKey: {
    ...common,
    role: 'operator',
    method: 'DELETE',
    path: '/api/keys/:id',
    scope: 'admin',
    summary: 'Revoke an API key',
    description:
      'The key stops within a second, on every replica. Its feeds, its sessions and the portal sessions that it has made end.',
    params,
    success: { status: 200, schema: message },
  },
});
