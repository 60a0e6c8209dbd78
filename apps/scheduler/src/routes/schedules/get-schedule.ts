import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findSchedule } from '../../sql/find-schedule.ts';
import type { RouteContext } from '../context.ts';
import { presentSchedule } from './present-schedule.ts';

export function mountGetSchedule(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.getSchedule, authenticate, async ({ principal, params, query }) => {
    const row = await database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      findSchedule(transaction, params.id),
    );
    if (!row) throw new ApiError('not_found', { message: 'Schedule not found' });
    return { data: presentSchedule(row) };
  });
}
