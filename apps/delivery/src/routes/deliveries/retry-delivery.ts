import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentDelivery } from './present-delivery.ts';
import { parseDeliveryKey } from './require-delivery.ts';
import { retryOneDelivery } from './retry-one-delivery.ts';

export function mountRetryDelivery(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.retryDelivery,
    context.authenticate,
    async ({ principal, params, query }) => {
      const key = parseDeliveryKey(params.id);
      const retried = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        retryOneDelivery(tx, key, principal.role),
      );
      return { data: presentDelivery(retried, context.waitReason) };
    },
  );
}
