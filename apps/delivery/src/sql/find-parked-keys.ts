import { rowSet, type Transaction } from '@hookline/db';
import { parkedKeys } from '@hookline/db/delivery';
import { sql } from 'drizzle-orm';
import type { ParkedKeyRow } from './list-parked-keys.ts';

/** A key of an endpoint, under which deliveries are ordered. */
export interface OrderedBy {
  endpointId: string;
  orderingKey: string;
}

const ORDERED_BY = rowSet({ endpoint_id: 'text', ordering_key: 'text' });

/** Finds those of the keys that are parked. */
export function findParkedKeys(tx: Transaction, keys: readonly OrderedBy[]): Promise<ParkedKeyRow[]> {
  const wanted = keys.map(({ endpointId, orderingKey }) => ({
    endpoint_id: endpointId,
    ordering_key: orderingKey,
  }));
  return tx
    .select()
    .from(parkedKeys)
    .where(
      sql`(${parkedKeys.endpointId}, ${parkedKeys.orderingKey}) in (
        select w.endpoint_id, w.ordering_key from ${ORDERED_BY.unnestRows(wanted, 'w')})`,
    );
}
