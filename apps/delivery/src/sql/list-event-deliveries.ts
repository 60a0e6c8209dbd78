import type { Transaction } from '@hookline/db';
import { attempts, deliveries } from '@hookline/db/delivery';
import { and, asc, eq } from 'drizzle-orm';
import type { AttemptRow, DeliveryRow } from './delivery-row.ts';
import type { EventRow } from './event-row.ts';

type EventKey = Pick<EventRow, 'id' | 'createdAt'>;

/** Lists the deliveries of an event by endpoint. */
export function listEventDeliveries(tx: Transaction, event: EventKey): Promise<DeliveryRow[]> {
  return tx
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.eventId, event.id), eq(deliveries.createdAt, event.createdAt)))
    .orderBy(asc(deliveries.endpointId));
}

/** Lists the attempts at all deliveries of an event by endpoint, first attempt first. */
export function listEventAttempts(tx: Transaction, event: EventKey): Promise<AttemptRow[]> {
  return tx
    .select()
    .from(attempts)
    .where(and(eq(attempts.eventId, event.id), eq(attempts.createdAt, event.createdAt)))
    .orderBy(asc(attempts.endpointId), asc(attempts.attempt));
}
