import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readStatistics } from '../../operations/statistics/read-statistics.ts';
import type { RouteContext } from '../context.ts';
import { stateOfEvents } from './present-statistics.ts';

export function mountGetEventStats(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getEventStats, context.authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const { total } = await context.database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      return readStatistics(tx, { tenant, openEvents: true });
    });
    return {
      data: {
        total: total.received,
        dead_letter: total.deadEvents,
        failed: total.retryingEvents,
        processing: total.sendingEvents,
        pending: total.pendingEvents,
        processed: stateOfEvents(total).processed,
      },
    };
  });
}
