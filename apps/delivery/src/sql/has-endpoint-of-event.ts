import type { Transaction } from '@hookline/db';
import { deliveries, endpoints } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

/** Whether an event has a delivery to an endpoint that is not deleted. */
export async function hasEndpointOfEvent(
  tx: Transaction,
  event: Pick<EventRow, 'id' | 'createdAt'>,
): Promise<boolean> {
  const rows = await tx
    .select({ id: endpoints.id })
    .from(deliveries)
    .innerJoin(endpoints, and(eq(endpoints.id, deliveries.endpointId), isNull(endpoints.deletedAt)))
    .where(and(eq(deliveries.eventId, event.id), eq(deliveries.createdAt, event.createdAt)))
    .limit(1);
  return rows.length > 0;
}
