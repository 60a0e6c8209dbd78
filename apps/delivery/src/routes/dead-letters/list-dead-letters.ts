import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { withContents } from '../deliveries/with-contents.ts';

export function mountListDeadLetters(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listDeadLetters, context.authenticate, async ({ principal, query }) => {
    const { discarded, userId, ...filter } = query;
    const status = discarded === true ? 'discarded' : 'failed';
    const tenant = tenantToRead(principal, userId);
    const page = await listDeliveriesPage(context, { ...filter, status, tenant });
    return withContents(context.database, tenant, page);
  });
}
