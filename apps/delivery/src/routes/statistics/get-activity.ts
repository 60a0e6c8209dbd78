import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readStatistics } from '../../operations/statistics/read-statistics.ts';
import { findLastReceipt } from '../../sql/find-last-receipt.ts';
import type { RouteContext } from '../context.ts';
import { averageOf } from './present-statistics.ts';

/** Five minutes, the shortest period that the counters tell apart. */
const RECENT_HOURS = 1 / 12;

export function mountGetActivity(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getActivity, context.authenticate, ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return context.database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const { total: hour } = await readStatistics(tx, { tenant, hours: 1 });
      const { total: all } = await readStatistics(tx, { tenant });
      const { total: recent } = await readStatistics(tx, { tenant, hours: RECENT_HOURS });
      const lastReceipt = await findLastReceipt(tx, tenant);
      return {
        data: {
          recentEvents: recent.received,
          lastEventTime: lastReceipt?.toISOString() ?? null,
          failedWebhooksCount: all.deadEvents,
          metrics: {
            hourly: {
              total: hour.received,
              failed: hour.deadEvents,
              attempts: hour.attempts,
              failedAttempts: hour.failures,
              avgProcessingTimeMs: averageOf(hour),
            },
          },
        },
      };
    });
  });
}
