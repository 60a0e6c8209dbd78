import { timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries, parkedKeys } from '@hookline/db/delivery';
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
  const retried = await tx
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
  // One that its key was parked for is the first of the key again, and the others wait behind it.
  const ordered = retried.filter(({ orderingKey }) => orderingKey !== null);
  if (ordered.length > 0) {
    await tx.delete(parkedKeys).where(
      and(
        eq(parkedKeys.eventId, eventId),
        inArray(
          parkedKeys.endpointId,
          ordered.map((row) => row.endpointId),
        ),
      ),
    );
  }
  return retried;
}
