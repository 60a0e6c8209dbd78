import { timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import { and, eq, inArray, sql } from 'drizzle-orm';

/**
 * Makes deliveries that gave up, or wait for a retry, due now with a fresh set of retries.
 * @param endpointId undefined: all of the event's
 * @returns the rows that were changed
 */
export async function retryDeliveries(
  tx: Transaction,
  eventId: string,
  endpointId: string | undefined,
  trigger: 'operator' | 'tenant',
) {
  return tx
    .update(deliveries)
    .set({
      status: 'pending',
      dueAt: sql`now()`,
      retriedAt: sql`now()`,
      leaseId: null,
      attemptsBefore: sql`${deliveries.attempts}`,
      trigger,
      completedAt: null,
    })
    .where(
      and(
        eq(deliveries.eventId, eventId),
        eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
        endpointId === undefined ? undefined : eq(deliveries.endpointId, endpointId),
        inArray(deliveries.status, ['failed', 'retrying']),
      ),
    )
    .returning();
}
