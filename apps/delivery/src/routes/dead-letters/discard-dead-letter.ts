import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { discardDelivery } from '../deliveries/discard-delivery.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { NOT_PARKED } from '../deliveries/read-parking.ts';
import { parseDeliveryKey } from '../deliveries/require-delivery.ts';

export function mountDiscardDeadLetter(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.discardDeadLetter,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const key = parseDeliveryKey(params.id);
      const discarded = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        discardDelivery(tx, key, {
          statuses: ['failed'],
          refuse: (status) =>
            `The delivery is ${status}: only a failed delivery can be discarded, an open one can be cancelled`,
          by: `${principal.role} ${principal.keyId}`,
          reason: body?.reason,
        }),
      );
      context.onKeysReleased();
      return { data: presentDelivery(discarded, context.waitReason, NOT_PARKED) };
    },
  );
}
