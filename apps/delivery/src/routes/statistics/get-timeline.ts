import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { invalidFields, mountOperation, readDatabaseTime, readDateRange } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readTimeline } from '../../operations/statistics/read-timeline.ts';
import { timelineRange } from '../../operations/statistics/timeline-range.ts';
import type { RouteContext } from '../context.ts';

const DEFAULT_MS = 24 * 3_600_000;

export function mountGetTimeline(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getTimeline, context.authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const { start, end: asked } = readDateRange(query);
    const data = await context.database.withScope(tenant, async (tx) => {
      const now = await readDatabaseTime(tx);
      const end = asked ?? now;
      const range = timelineRange(start ?? new Date(end.getTime() - DEFAULT_MS), end, now);
      if (!range)
        throw invalidFields({
          path: 'querystring/startDate',
          message: 'must be at most 366 days before endDate',
        });
      await planByKey(tx);
      return readTimeline(tx, {
        tenant,
        range,
        endpointId: query.webhookId,
        eventType: query.eventType,
        provider: query.provider,
      });
    });
    return { data };
  });
}
