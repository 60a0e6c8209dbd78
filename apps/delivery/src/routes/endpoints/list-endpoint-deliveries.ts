import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { withContents } from '../deliveries/with-contents.ts';
import { requireEndpoint } from './require-endpoint.ts';

export function mountListEndpointDeliveries(app: FastifyInstance, context: RouteContext): void {
  const { database } = context;
  mountOperation(
    app,
    operations.listEndpointDeliveries,
    context.authenticate,
    async ({ principal, params, query }) => {
      const { id, tenantId } = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      const { limit, cursor, offset, status } = query;
      const page = await listDeliveriesPage(context, {
        tenant: tenantId,
        webhookId: id,
        limit,
        cursor,
        offset,
        status,
      });
      return withContents(database, tenantId, page);
    },
  );
}
