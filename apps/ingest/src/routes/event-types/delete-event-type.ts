import { ApiError, operations, tenantToWrite } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deleteEventType } from '../../sql/delete-event-type.ts';
import type { RouteContext } from '../context.ts';

export function mountDeleteEventType(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.deleteEventType,
    context.authenticate,
    async ({ principal, params, query }) => {
      const tenant = tenantToWrite(principal, query.userId);
      const isDeleted = await context.database.withTenant(tenant, (transaction) =>
        deleteEventType(transaction, { tenantId: tenant, type: params.type }),
      );
      if (!isDeleted) throw new ApiError('not_found');
      return { data: { message: 'Event type deleted' } };
    },
  );
}
