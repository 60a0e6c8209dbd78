import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from './list-deliveries-page.ts';
import { withContents } from './with-contents.ts';

export function mountListDeliveries(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listDeliveries, context.authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return withContents(context.database, tenant, await listDeliveriesPage(context, { ...query, tenant }));
  });
}
