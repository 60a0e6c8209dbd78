import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { readRecentDeliveries } from '../deliveries/read-recent-deliveries.ts';
import { presentEndpoint } from './present-endpoint.ts';
import { readHealth } from './read-health.ts';
import { requireEndpoint } from './require-endpoint.ts';

export function mountGetEndpoint(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getEndpoint, context.authenticate, async ({ principal, params, query }) => {
    const row = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
      requireEndpoint(tx, params.id),
    );
    return {
      data: {
        ...presentEndpoint(row, context.secretBox),
        recentDeliveries: await readRecentDeliveries(context, row),
        health: await readHealth(context, row),
      },
    };
  });
}
