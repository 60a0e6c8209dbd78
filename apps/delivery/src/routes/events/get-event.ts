import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findEventWithPayload } from '../../sql/find-event.ts';
import { listEventDeliveries } from '../../sql/list-event-deliveries.ts';
import type { RouteContext } from '../context.ts';
import { dataWithPayload } from '../data-with-payload.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { readParking } from '../deliveries/read-parking.ts';
import { progressOf } from './event-progress.ts';
import { statusOf } from './event-status.ts';
import { presentEvent } from './present-event.ts';
import { explainMissingEvent } from './require-event.ts';
import { whenStored } from './when-stored.ts';

export function mountGetEvent(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getEvent, context.authenticate, ({ principal, params, query }) =>
    whenStored(params.id, () =>
      context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const event = await findEventWithPayload(tx, params.id);
        if (!event) throw await explainMissingEvent(tx, params.id);
        const deliveries = await listEventDeliveries(tx, event);
        const parking = await readParking(tx, deliveries);
        return dataWithPayload(
          {
            ...presentEvent(event, statusOf(deliveries), progressOf(deliveries)),
            deliveries: deliveries.map((row) => presentDelivery(row, context.waitReason, parking)),
          },
          event.payload,
        );
      }),
    ),
  );
}
