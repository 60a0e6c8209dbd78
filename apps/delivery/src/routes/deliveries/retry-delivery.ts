import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentDelivery } from './present-delivery.ts';
import { readParking } from './read-parking.ts';
import { parseDeliveryKey } from './require-delivery.ts';
import { retryOneDelivery } from './retry-one-delivery.ts';

export function mountRetryDelivery(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.retryDelivery,
    context.authenticate,
    async ({ principal, params, query }) => {
      const key = parseDeliveryKey(params.id);
      return context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const retried = await retryOneDelivery(tx, key, principal.role);
        return { data: presentDelivery(retried, context.waitReason, await readParking(tx, [retried])) };
      });
    },
  );
}
