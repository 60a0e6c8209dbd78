import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { discardDelivery } from './discard-delivery.ts';
import { presentDelivery } from './present-delivery.ts';
import { NOT_PARKED } from './read-parking.ts';
import { parseDeliveryKey } from './require-delivery.ts';

export function mountCancelDelivery(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.cancelDelivery,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const key = parseDeliveryKey(params.id);
      const cancelled = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        discardDelivery(tx, key, {
          statuses: ['pending', 'sending', 'retrying', 'failed'],
          refuse: () => 'The delivery has succeeded: there is nothing left to cancel',
          by: `${principal.role} ${principal.keyId}`,
          reason: body?.reason,
        }),
      );
      // Deliveries with the same ordering key may be next.
      context.onKeysReleased();
      return { data: presentDelivery(cancelled, context.waitReason, NOT_PARKED) };
    },
  );
}
