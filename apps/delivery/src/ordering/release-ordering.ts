import type { Ordering } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries, parkedKeys } from '@hookline/db/delivery';
import { and, eq, sql } from 'drizzle-orm';

/**
 * What a change of an endpoint's order means for what is waiting: without an order everything is due, and where
 * events are to go on without one that gave up, nothing is held back.
 */
export async function releaseOrdering(
  tx: Transaction,
  endpointId: string,
  ordering: Ordering | null,
): Promise<void> {
  if (ordering?.onFailure === 'park') return;
  await tx.delete(parkedKeys).where(eq(parkedKeys.endpointId, endpointId));
  if (ordering !== null) return;
  await tx
    .update(deliveries)
    .set({ dueAt: sql`now()` })
    .where(and(eq(deliveries.endpointId, endpointId), sql`${deliveries.dueAt} = 'infinity'`));
}
