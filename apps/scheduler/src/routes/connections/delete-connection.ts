import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { factsOf } from '../../facts/connection-facts.ts';
import type { RouteContext } from '../context.ts';
import { requireConnection } from './require-connection.ts';

export function mountDeleteConnection(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.deleteConnection,
    context.authenticate,
    async ({ principal, params, query }) => {
      const row = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
        requireConnection(transaction, params.id),
      );
      const ended = await context.accounts.disconnect(factsOf(row));
      return { data: { message: 'Account disconnected', ...ended } };
    },
  );
}
