import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findOAuthAppFault } from '../../sql/find-oauth-app-fault.ts';
import { lockConnection } from '../../sql/lock-connection.ts';
import { isEnded } from '../../status/decide-status.ts';
import type { RouteContext } from '../context.ts';
import { requireConnection, showConnection } from './require-connection.ts';
import { unavailableConnection } from './to-connection-error.ts';

/** Pausing twice, and resuming what is not paused, change nothing. */
export function mountPauseConnection(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, statusChanges, announcer } = context;
  for (const [operation, event] of [
    [operations.pauseConnection, 'pause'],
    [operations.resumeConnection, 'resume'],
  ] as const) {
    mountOperation(app, operation, authenticate, async ({ principal, params, query }) => {
      const scope = tenantToRead(principal, query.userId);
      const { id } = await database.withScope(scope, (transaction) =>
        requireConnection(transaction, params.id),
      );
      await database.withSystem(async (transaction) => {
        const connection = await lockConnection(transaction, id);
        if (!connection) throw new ApiError('not_found', { message: 'Connection not found' });
        const next = await statusChanges.apply(transaction, connection, event);
        if (!next && isEnded(connection.status)) throw unavailableConnection(connection);
        // The application may have become faulty meanwhile.
        if (next && event === 'resume' && (await findOAuthAppFault(transaction, connection.appId)))
          await statusChanges.apply(transaction, connection, 'app_faulty');
      });
      announcer.wake();
      await context.pushing.intake.follow(id);
      return { data: await showConnection(database, scope, id) };
    });
  }
}
