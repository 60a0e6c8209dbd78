import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readTokens } from '../../sql/read-token.ts';
import { wordsOf } from '../../status/status-reasons.ts';
import type { RouteContext } from '../context.ts';
import { requireConnection, showConnection } from './require-connection.ts';

export function mountRefreshConnection(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, tokens } = context;
  mountOperation(app, operations.refreshConnection, authenticate, async ({ principal, params, query }) => {
    const scope = tenantToRead(principal, query.userId);
    const { id } = await database.withScope(scope, (transaction) =>
      requireConnection(transaction, params.id),
    );
    const rows = (await readTokens(database, id)).filter(({ canRefresh }) => canRefresh);
    for (const { kind, generation, status, reason } of rows) {
      if (status === 'needs_reauth' || status === 'revoked') {
        throw new ApiError('connection_unavailable', {
          message: `The connection is ${status}: ${wordsOf(reason) ?? 'connect the account again'}`,
          details: { status, reason },
        });
      }
      await tokens.refresher.refresh(id, kind, generation, { isForced: true });
    }
    return { data: await showConnection(database, scope, id) };
  });
}
