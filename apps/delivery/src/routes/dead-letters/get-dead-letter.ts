import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findStoredEvent } from '../../sql/find-event.ts';
import { findLastAttempt } from '../../sql/list-attempts.ts';
import type { RouteContext } from '../context.ts';
import { dataWithPayload, NO_PAYLOAD } from '../data-with-payload.ts';
import { presentAttempt } from '../deliveries/present-attempt.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { NOT_PARKED } from '../deliveries/read-parking.ts';
import { parseDeliveryKey, requireDelivery } from '../deliveries/require-delivery.ts';

export function mountGetDeadLetter(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getDeadLetter,
    context.authenticate,
    async ({ principal, params, query }) => {
      const key = parseDeliveryKey(params.id);
      return context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const row = await requireDelivery(tx, key);
        if (row.status !== 'failed' && row.status !== 'discarded')
          throw new ApiError('not_found', { message: `The delivery is ${row.status}: it is no dead letter` });
        const event = await findStoredEvent(tx, row.eventId);
        if (!event) throw new ApiError('not_found', { message: 'The event is past retention' });
        const last = await findLastAttempt(tx, row);
        const deadLetter = {
          ...presentDelivery(row, context.waitReason, NOT_PARKED),
          lastAttempt: last === undefined ? null : await presentAttempt(last),
          event: {
            source: event.source,
            provider: event.provider,
            providerDeliveryId: event.providerDeliveryId,
            time: event.eventTime.toISOString(),
            receivedAt: event.receivedAt.toISOString(),
          },
        };
        return dataWithPayload(deadLetter, event.deletedAt === null ? event.payload : NO_PAYLOAD);
      });
    },
  );
}
