import type { Ordering } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries, parkedKeys } from '@hookline/db/delivery';
import { and, eq, sql } from 'drizzle-orm';

/**
 * Applies a change of an endpoint's `ordering` to its waiting deliveries. Without `ordering` all become due. With
 * `onFailure: continue`, or with another key, the parked keys are released. Deliveries that wait by an earlier key are
 * still sent one after the other.
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
