import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { withContents } from '../deliveries/with-contents.ts';

export function mountListFailedWebhooks(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listFailedWebhooks, context.authenticate, async ({ principal, query }) => {
    const { userId, ...filter } = query;
    const tenant = tenantToRead(principal, userId);
    const page = await listDeliveriesPage(context, { ...filter, status: 'failed', tenant });
    return withContents(context.database, tenant, page);
  });
}
