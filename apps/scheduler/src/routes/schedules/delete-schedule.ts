import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deleteSchedule } from '../../sql/delete-schedule.ts';
import type { RouteContext } from '../context.ts';

export function mountDeleteSchedule(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.deleteSchedule, authenticate, async ({ principal, params, query }) => {
    const isDeleted = await database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      deleteSchedule(transaction, params.id),
    );
    if (!isDeleted) throw new ApiError('not_found', { message: 'Schedule not found' });
    return { data: { message: 'Schedule deleted' } };
  });
}
