import { timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries, endpoints } from '@hookline/db/delivery';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { DeliveryRow } from './delivery-row.ts';

/** Which deliveries of an event to send again. Deliveries to a deleted endpoint are never chosen. */
export interface RetryChoice {
  eventId: string;
  /** undefined: every endpoint. */
  endpointId?: string | undefined;
  statuses: readonly DeliveryRow['status'][];
}

export function lockRetriedDeliveries(tx: Transaction, choice: RetryChoice): Promise<DeliveryRow[]> {
  return tx
    .select()
    .from(deliveries)
    .where(conditionsOf(choice))
    .orderBy(asc(deliveries.endpointId))
    .for('update');
}

/** Makes deliveries due now, with all their retries. Their last error is then found in their attempts alone. */
export function retryDeliveries(
  tx: Transaction,
  choice: RetryChoice,
  trigger: DeliveryRow['trigger'],
): Promise<DeliveryRow[]> {
  return tx
    .update(deliveries)
    .set({
      status: 'pending',
      dueAt: sql`now()`,
      retriedAt: sql`now()`,
      leaseId: null,
      attemptsBefore: sql`${deliveries.attempts}`,
      trigger,
      replayId: null,
      responseCode: null,
      errorCode: null,
      errorMessage: null,
      completedAt: null,
      discarded: null,
    })
    .where(conditionsOf(choice))
    .returning();
}

const conditionsOf = ({ eventId, endpointId, statuses }: RetryChoice) =>
  and(
    eq(deliveries.eventId, eventId),
    eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
    endpointId === undefined ? undefined : eq(deliveries.endpointId, endpointId),
    inArray(deliveries.status, [...statuses]),
    sql`(select p.deleted_at is null from ${endpoints} p where p.id = ${deliveries.endpointId})`,
  );
