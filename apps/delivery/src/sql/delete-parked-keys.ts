import { rowSet, type Transaction } from '@hookline/db';
import { parkedKeys } from '@hookline/db/delivery';
import { and, eq, sql } from 'drizzle-orm';
import type { DeliveryKey } from './delivery-row.ts';

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

const KEYS = rowSet({ endpoint_id: 'text', event_id: 'text' });

/**
 * Releases the keys that are parked for deliveries.
 * @returns the number of released keys
 */
export async function deleteParkedKeysOf(tx: Transaction, parked: readonly DeliveryKey[]): Promise<number> {
  if (parked.length === 0) return 0;
  const rows = parked.map(({ eventId, endpointId }) => ({ event_id: eventId, endpoint_id: endpointId }));
  const released = await tx.execute(sql`
    delete from parked_keys k
    using ${KEYS.unnestRows(rows, 'g')}
    where k.endpoint_id = g.endpoint_id and k.event_id = g.event_id
    returning k.event_id`);
  return released.rows.length;
}
