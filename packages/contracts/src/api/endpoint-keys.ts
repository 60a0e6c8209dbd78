import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { one, Timestamp, UserId } from './common.ts';

/** A JSON Web Key (RFC 8037), with what Standard Webhooks calls the same key. */
export const PublicSigningKey = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Type.String(),
  use: Type.Literal('sig'),
  alg: Type.Literal('EdDSA'),
  kid: Type.String({ description: 'The thumbprint of the key (RFC 7638)' }),
  publicKey: Type.String({ description: '`whpk_…`' }),
  expiresAt: Type.Union([Timestamp, Type.Null()], {
    description: 'Until when it signs beside its successor; null: it is the current one',
  }),
});
export type PublicSigningKey = Static<typeof PublicSigningKey>;

/** Of the page that receivers read, a JWK set without authentication, `{"keys": [PublicSigningKey …]}`. */
export const PUBLIC_KEYS_ROUTE = '/keys/:id';

/** Below the gateway's origin. */
export const publicKeysPath = (endpointId: string) => PUBLIC_KEYS_ROUTE.replace(':id', endpointId);

export const endpointKeyOperations = defineOperations({
  getPublicKeys: {
    owner: 'delivery',
    role: 'tenant',
    tag: 'Endpoints',
    method: 'GET',
    path: '/api/webhooks/:id/public-keys',
    summary: 'The public keys of an endpoint',
    description:
      'Those that `v1a` signatures are verified with, newest first; none unless `signing.algorithm` has ever asked for them. Receivers find the same keys, as a JWK set and without authentication, at `path`.',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ userId: Type.Optional(UserId) }),
    success: {
      status: 200,
      schema: one(
        Type.Object({
          path: Type.String({ description: "Below the gateway's origin: `/keys/ep_…`" }),
          keys: Type.Array(PublicSigningKey),
        }),
      ),
    },
  },
});
