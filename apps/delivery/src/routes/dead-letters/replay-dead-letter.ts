import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { parseDeliveryKey } from '../deliveries/require-delivery.ts';
import { retryOneDelivery } from '../deliveries/retry-one-delivery.ts';

export function mountReplayDeadLetter(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.replayDeadLetter,
    context.authenticate,
    async ({ principal, params, query }) => {
      const key = parseDeliveryKey(params.id);
      const replayed = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        retryOneDelivery(tx, key, principal.role),
      );
      return { data: presentDelivery(replayed, context.waitReason) };
    },
  );
}
