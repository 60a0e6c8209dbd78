import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countOpen } from '../../operations/statistics/count-open.ts';
import { readStatistics } from '../../operations/statistics/read-statistics.ts';
import { isQueuePaused } from '../../sql/is-queue-paused.ts';
import type { RouteContext } from '../context.ts';

export function mountGetQueueStats(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getQueueStats, context.authenticate, ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return context.database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const open = await countOpen(tx, tenant);
      const { total: settled } = await readStatistics(tx, { tenant });
      return {
        data: {
          waiting: open.pending,
          active: open.sending,
          completed: settled.delivered,
          failed: settled.dead,
          delayed: open.retrying,
          paused: await isQueuePaused(tx),
        },
      };
    });
  });
}
