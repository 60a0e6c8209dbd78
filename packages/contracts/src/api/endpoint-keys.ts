import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { one, Timestamp, UserId } from './common.ts';

/** A JSON Web Key (RFC 8037). `publicKey` is the same key in the form of Standard Webhooks. */
export const PublicSigningKey = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Type.String(),
  use: Type.Literal('sig'),
  alg: Type.Literal('EdDSA'),
  kid: Type.String({ description: 'Thumbprint of the key (RFC 7638)' }),
  publicKey: Type.String({ description: '`whpk_…`' }),
  expiresAt: Type.Union([Timestamp, Type.Null()], {
    description: 'Until when this key signs besides the newer one. null: it is the current key',
  }),
});
export type PublicSigningKey = Static<typeof PublicSigningKey>;

/** The page that receivers read without authentication: a JWK set, `{"keys": [PublicSigningKey …]}`. */
export const PUBLIC_KEYS_ROUTE = '/keys/:id';

/** The path of that page for one endpoint, on the gateway. */
export const publicKeysPath = (endpointId: string) => PUBLIC_KEYS_ROUTE.replace(':id', endpointId);

export const endpointKeyOperations = defineOperations({
  getPublicKeys: {
    owner: 'delivery',
    role: 'tenant',
    tag: 'Endpoints',
    method: 'GET',
    path: '/api/webhooks/:id/public-keys',
    scope: 'endpoints:read',
    summary: 'List the public keys of an endpoint',
    description:
      'Returns the keys that verify `v1a` signatures, newest first. The list is empty unless `signing.algorithm` has ever included ed25519. Receivers find the same keys at `path`, as a JWK set and without authentication.',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ userId: Type.Optional(UserId) }),
    success: {
      status: 200,
      schema: one(
        Type.Object({
          path: Type.String({ description: 'Path on the gateway: `/keys/ep_…`' }),
          keys: Type.Array(PublicSigningKey),
        }),
      ),
    },
  },
});
