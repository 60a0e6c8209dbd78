import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { endpoints, events } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';
import { readDelivery } from './read-delivery.ts';
import { RETRYABLE, retryDeliveries } from './retry-deliveries.ts';

/** @throws ApiError `not_found`; `conflict` when there is nothing to retry, or nothing left to send */
export async function retryOneDelivery(
  tx: Transaction,
  eventId: string,
  endpointId: string,
  trigger: 'operator' | 'tenant',
) {
  const row = await readDelivery(tx, eventId, endpointId);
  const [event] = await tx
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.id, eventId), eq(events.createdAt, row.createdAt), isNull(events.deletedAt)))
    .for('share');
  if (!event) throw new ApiError('conflict', { message: 'The event was deleted: there is nothing to send' });
  const [changed] = await retryDeliveries(tx, { eventId, endpointId, trigger, statuses: RETRYABLE });
  if (changed) return changed;
  const [endpoint] = await tx
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(and(eq(endpoints.id, endpointId), isNull(endpoints.deletedAt)));
  if (!endpoint)
    throw new ApiError('conflict', {
      message: 'The endpoint was deleted: nothing can be sent to it any more',
    });
  throw new ApiError('conflict', {
    message: `The delivery is ${row.status}: only one that has failed, was discarded or waits for a retry can be sent again`,
  });
}
