import { countUpTo, type Transaction } from '@hookline/db';
import { parkedKeys } from '@hookline/db/delivery';
import type { RowRange } from '@hookline/service';
import { and, asc, eq, gt } from 'drizzle-orm';

export type ParkedKeyRow = typeof parkedKeys.$inferSelect;

/** Lists the parked keys of an endpoint by event. An event has one key at an endpoint, so its id names the row. */
export function listParkedKeys(
  tx: Transaction,
  endpointId: string,
  { after, offset, limit }: RowRange,
): Promise<ParkedKeyRow[]> {
  return tx
    .select()
    .from(parkedKeys)
    .where(
      and(
        eq(parkedKeys.endpointId, endpointId),
        after === undefined ? undefined : gt(parkedKeys.eventId, after),
      ),
    )
    .orderBy(asc(parkedKeys.eventId))
    .limit(limit)
    .offset(offset);
}

/** Counts the parked keys of an endpoint, but no more than `limit`. */
export function countParkedKeys(tx: Transaction, endpointId: string, limit: number): Promise<number> {
  return countUpTo(tx, parkedKeys, eq(parkedKeys.endpointId, endpointId), limit);
}
