import type { Transaction } from '@hookline/db';
import { parkedKeys } from '@hookline/db/delivery';
import { and, eq } from 'drizzle-orm';

/**
 * Releases one parked key of an endpoint, or all of them.
 * @param orderingKey undefined: all
 * @returns the number of released keys
 */
export async function deleteParkedKeys(
  tx: Transaction,
  endpointId: string,
  orderingKey: string | undefined,
): Promise<number> {
  const released = await tx
    .delete(parkedKeys)
    .where(
      and(
        eq(parkedKeys.endpointId, endpointId),
        orderingKey === undefined ? undefined : eq(parkedKeys.orderingKey, orderingKey),
      ),
    )
    .returning({ key: parkedKeys.orderingKey });
  return released.length;
}
