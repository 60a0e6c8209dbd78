import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listReconciliationDays } from '../../sql/list-reconciliation-days.ts';
import type { RouteContext } from '../context.ts';
import { requireConnectionOf } from './require-connection-of.ts';

export function mountGetReconciliation(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.getConnectionReconciliation, authenticate, async (call) => {
    const { principal, params, query } = call;
    const connection = await requireConnectionOf(database, principal, params.id, query.userId);
    const data = await database.withTenant(connection.tenant, (transaction) =>
      listReconciliationDays(transaction, connection.id, query.days),
    );
    return { data };
  });
}
