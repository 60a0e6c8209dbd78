import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { changeEndpoint } from './change-endpoint.ts';

export function mountDeleteEndpoint(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.deleteEndpoint,
    context.authenticate,
    async ({ principal, params, query }) => {
      await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        changeEndpoint(tx, params.id, () => ({ active: false, deleted: true })),
      );
      return { data: { message: 'The endpoint was deleted' } };
    },
  );
}
