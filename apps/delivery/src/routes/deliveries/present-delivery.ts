import { type Delivery, deliveryId } from '@hookline/contracts';
import type { DeliveryRow } from '../../sql/delivery-row.ts';
import type { Parking } from './read-parking.ts';
import { hasTime, type WaitReason } from './wait-reason.ts';

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** @param parking what blocks the ordering keys of these deliveries (`readParking`) */
export function presentDelivery(row: DeliveryRow, waitReason: WaitReason, parking: Parking): Delivery {
  const waiting = row.status === 'pending' || row.status === 'retrying';
  return {
    id: deliveryId(row.eventId, row.endpointId),
    webhookId: row.endpointId,
    eventId: row.eventId,
    eventType: row.eventType,
    userId: row.tenantId,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: waiting && hasTime(row.dueAt) ? iso(row.dueAt) : null,
    waitsFor: waitReason(row),
    parkedBy: parking(row),
    lastAttemptAt: iso(row.lastAttemptAt),
    responseCode: row.responseCode,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    createdAt: row.createdAt.toISOString(),
    completedAt: iso(row.completedAt),
    replayId: row.replayId,
    discarded: row.discarded,
  };
}
