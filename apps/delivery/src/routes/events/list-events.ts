import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listEventsPage } from './list-events-page.ts';

export function mountListEvents(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listEvents, context.authenticate, ({ principal, query }) =>
    listEventsPage(context.database, { ...query, tenant: tenantToRead(principal, query.userId) }),
  );
}
