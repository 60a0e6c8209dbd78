import type { Ordering } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries, parkedKeys } from '@hookline/db/delivery';
import { and, eq, sql } from 'drizzle-orm';

/**
 * What a change of an endpoint's order means for what is waiting: without an order everything is due; where events are
 * to go on without one that gave up, or are ordered by something else now, nothing is held back. What waits by a key
 * that is none any more still goes one after the other.
 */
export async function releaseOrdering(
  tx: Transaction,
  endpointId: string,
  before: Ordering | null,
  after: Ordering | null,
): Promise<void> {
  if (after?.onFailure === 'park' && after.key === before?.key) return;
  await tx.delete(parkedKeys).where(eq(parkedKeys.endpointId, endpointId));
  if (after !== null) return;
  await tx
    .update(deliveries)
    .set({ dueAt: sql`now()` })
    .where(and(eq(deliveries.endpointId, endpointId), sql`${deliveries.dueAt} = 'infinity'`));
}
