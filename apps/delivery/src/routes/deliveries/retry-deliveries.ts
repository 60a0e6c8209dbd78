import { timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries, endpoints } from '@hookline/db/delivery';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { recordStatusChanges } from '../../operations/statistics/record-status-changes.ts';
import { unparkKeys } from '../../pipeline/ordering/unpark-keys.ts';

/** What can be sent again as a matter of course, and what only if somebody means it. */
export const RETRYABLE = ['failed', 'retrying', 'discarded'] as const;
export const SETTLED_OR_WAITING = [...RETRYABLE, 'success'] as const;

export interface RetryRequest {
  eventId: string;
  /** undefined: all of the event's */
  endpointId?: string | undefined;
  trigger: 'operator' | 'tenant';
  statuses: readonly (typeof SETTLED_OR_WAITING)[number][];
}

/**
 * Makes deliveries that are in one of the given states due now, with a fresh set of retries; none to an endpoint that was
 * deleted. Why the last attempt failed is
 * said by the attempts alone from then on.
 * @returns the rows that were changed
 */
export async function retryDeliveries(tx: Transaction, request: RetryRequest) {
  const { eventId, endpointId } = request;
  const chosen = and(
    eq(deliveries.eventId, eventId),
    eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
    endpointId === undefined ? undefined : eq(deliveries.endpointId, endpointId),
    inArray(deliveries.status, [...request.statuses]),
    sql`(select p.deleted_at is null from ${endpoints} p where p.id = ${deliveries.endpointId})`,
  );
  const before = await tx
    .select()
    .from(deliveries)
    .where(chosen)
    .orderBy(asc(deliveries.endpointId))
    .for('update');
  if (before.length === 0) return [];
  await recordStatusChanges(tx, before, 'pending');
  const retried = await tx
    .update(deliveries)
    .set({
      status: 'pending',
      dueAt: sql`now()`,
      retriedAt: sql`now()`,
      leaseId: null,
      attemptsBefore: sql`${deliveries.attempts}`,
      trigger: request.trigger,
      replayId: null,
      responseCode: null,
      errorCode: null,
      errorMessage: null,
      completedAt: null,
      discarded: null,
    })
    .where(chosen)
    .returning();
  // One that its key was parked for is the first of the key again, and the others wait behind it.
  await unparkKeys(tx, retried);
  return retried;
}
