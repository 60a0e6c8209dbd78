import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import { and, eq, inArray } from 'drizzle-orm';
import type { DeliveryRow } from './delivery-row.ts';

/**
 * Marks deliveries of one event as discarded. Ends their leases, so that the outcome of a request that is under way is
 * not recorded.
 */
export function discardDeliveries(
  tx: Transaction,
  event: Pick<DeliveryRow, 'eventId' | 'createdAt'>,
  endpointIds: readonly string[],
  discarded: NonNullable<DeliveryRow['discarded']>,
): Promise<DeliveryRow[]> {
  return tx
    .update(deliveries)
    .set({ status: 'discarded', dueAt: null, leaseId: null, discarded })
    .where(
      and(
        eq(deliveries.eventId, event.eventId),
        eq(deliveries.createdAt, event.createdAt),
        inArray(deliveries.endpointId, [...endpointIds]),
      ),
    )
    .returning();
}
