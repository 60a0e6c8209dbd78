import { deliveryId, ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { textOfOrderingKey } from '../../pipeline/ordering/ordering-key-of.ts';
import { countParkedKeys, listParkedKeys } from '../../sql/list-parked-keys.ts';
import type { RouteContext } from '../context.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';

export function mountListParkedKeys(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listParkedKeys, context.authenticate, ({ principal, params, query }) =>
    context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const { id } = await requireEndpoint(tx, params.id);
      return readPage(query, {
        list: (range) => listParkedKeys(tx, id, range),
        count: (limit) => countParkedKeys(tx, id, limit),
        cursorOf: ({ eventId }) => eventId,
        idPrefix: ID_PREFIX.event,
        toItem: ({ orderingKey, eventId, endpointId, parkedAt }) => ({
          key: textOfOrderingKey(orderingKey),
          eventId,
          deliveryId: deliveryId(eventId, endpointId),
          parkedAt: parkedAt.toISOString(),
        }),
      });
    }),
  );
}
