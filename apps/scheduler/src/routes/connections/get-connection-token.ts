import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readTokens } from '../../sql/read-token.ts';
import type { RouteContext } from '../context.ts';
import { describeCaller } from './describe-caller.ts';
import { requireConnection } from './require-connection.ts';
import { toConnectionError } from './to-connection-error.ts';

/** Hands a token to the tenant's own back end. Each call is recorded, and the answer is not to be stored. */
export function mountGetConnectionToken(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, journal, tokens } = context;
  mountOperation(
    app,
    operations.getConnectionToken,
    authenticate,
    async ({ principal, params, query, reply }) => {
      const { minValidSeconds, kind } = query;
      reply.header('cache-control', 'no-store');
      const row = await database.withScope(tenantToRead(principal, query.userId), (transaction) =>
        requireConnection(transaction, params.id),
      );
      const [facts] = await readTokens(database, row.id, kind);
      if (!facts) throw new ApiError('not_found', { message: 'The connection has no token of this kind' });
      if (
        minValidSeconds !== undefined &&
        facts.lifeSeconds !== null &&
        minValidSeconds > facts.lifeSeconds
      ) {
        throw invalidFields({
          path: 'querystring/minValidSeconds',
          message: `must not be greater than the life of the token, ${facts.lifeSeconds} s`,
        });
      }
      const found = await tokens.accessTokens
        .get(row.id, { kind: facts.kind, ...(minValidSeconds !== undefined && { minValidSeconds }) })
        .catch((error: unknown) => {
          throw toConnectionError(error);
        });
      await journal.record(database, {
        connectionId: row.id,
        tenant: row.tenantId,
        kind: 'token',
        outcome: 'handed_out',
        text: `The ${found.kind} token was handed out to ${describeCaller(principal.keyId)}`,
        detail: { token: found.kind, generation: found.generation, keyId: principal.keyId },
      });
      return {
        data: {
          token: found.token,
          kind: found.kind,
          expiresAt: found.expiresAtMs === undefined ? null : new Date(found.expiresAtMs).toISOString(),
        },
      };
    },
  );
}
