import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import type { SecretBox } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { openEndpointSecret, sealEndpointSecret } from '../../endpoints/secrets/endpoint-secret-box.ts';
import { createSigningKey } from '../../endpoints/secrets/signing-key-box.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import type { RouteContext } from '../context.ts';
import { changeEndpoint } from './change-endpoint.ts';
import { presentEndpoint } from './present-endpoint.ts';
import { rotateSecret } from './rotate-secret.ts';
import { secretFrom } from './secret-from.ts';

export function mountRegenerateSecret(app: FastifyInstance, context: RouteContext): void {
  const { database, secretBox } = context;
  mountOperation(
    app,
    operations.regenerateSecret,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const { secret: given, gracePeriodSeconds } = body ?? {};
      const secret = secretFrom(given);
      const row = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        changeEndpoint(tx, params.id, (current) => {
          refuseCurrent(secretBox, current, secret);
          return rotate(secretBox, current, secret, gracePeriodSeconds);
        }),
      );
      return { data: { ...presentEndpoint(row, secretBox), secret } };
    },
  );
}

/** A rotation to the current secret would end the grace of the earlier secrets and change nothing else. */
function refuseCurrent(secretBox: SecretBox, { id, secrets }: EndpointRow, next: string): void {
  const [current] = secrets;
  if (current && openEndpointSecret(secretBox, id, current.sealed) === next)
    throw new ApiError('conflict', {
      message: 'body/secret must differ from the current secret: choose another one, or leave it out',
    });
}

/** Rotates the secret. If the endpoint has key pairs, they are rotated as well. */
function rotate(
  secretBox: SecretBox,
  { id, secrets, signingKeys }: EndpointRow,
  secret: string,
  graceSeconds: number | undefined,
): Partial<Pick<EndpointRow, 'secrets' | 'signingKeys'>> {
  const nowMs = Date.now();
  const next = { sealed: sealEndpointSecret(secretBox, id, secret), expiresAt: null };
  return {
    secrets: rotateSecret(secrets, next, nowMs, graceSeconds),
    ...(signingKeys.length === 0
      ? {}
      : {
          signingKeys: rotateSecret(signingKeys, createSigningKey(secretBox, id), nowMs, graceSeconds),
        }),
  };
}
