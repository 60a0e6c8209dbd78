import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readStatistics } from '../../operations/statistics/read-statistics.ts';
import type { RouteContext } from '../context.ts';
import { readRecentDeliveries } from '../deliveries/read-recent-deliveries.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';
import { presentEndpointStats } from './present-statistics.ts';

export function mountGetEndpointStats(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getEndpointStats,
    context.authenticate,
    async ({ principal, params, query }) => {
      const tenant = tenantToRead(principal, query.userId);
      const { endpoint, read } = await context.database.withScope(tenant, async (tx) => {
        const row = await requireEndpoint(tx, params.id);
        await planByKey(tx);
        const statistics = await readStatistics(tx, {
          tenant: row.tenantId,
          endpointId: row.id,
          hours: query.hours,
          retrying: true,
          durations: true,
        });
        return { endpoint: row, read: statistics };
      });
      return {
        data: {
          webhookId: endpoint.id,
          hours: query.hours,
          ...presentEndpointStats(read),
          recentDeliveries: await readRecentDeliveries(context, endpoint),
        },
      };
    },
  );
}
