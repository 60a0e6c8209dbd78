import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readStatistics } from '../../operations/statistics/read-statistics.ts';
import type { RouteContext } from '../context.ts';
import { presentStatistics } from './present-statistics.ts';

export function mountGetStatistics(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getStatistics, context.authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const read = await context.database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      return readStatistics(tx, { tenant, hours: query.hours, openEvents: true, durations: true });
    });
    return { data: presentStatistics(read) };
  });
}
