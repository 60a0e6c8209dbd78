import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { readParking } from '../deliveries/read-parking.ts';
import { parseDeliveryKey } from '../deliveries/require-delivery.ts';
import { retryOneDelivery } from '../deliveries/retry-one-delivery.ts';

export function mountReplayDeadLetter(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.replayDeadLetter,
    context.authenticate,
    async ({ principal, params, query }) => {
      const key = parseDeliveryKey(params.id);
      return context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const replayed = await retryOneDelivery(tx, key, principal.role);
        return { data: presentDelivery(replayed, context.waitReason, await readParking(tx, [replayed])) };
      });
    },
  );
}
