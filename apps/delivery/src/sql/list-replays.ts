import { countUpTo, type Transaction } from '@hookline/db';
import { replays } from '@hookline/db/delivery';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { ReplayRow } from './replay-row.ts';

export interface ReplayFilter {
  /** undefined: all tenants. */
  tenant: string | undefined;
  status: ReplayRow['status'] | undefined;
}

/** Lists replays, newest first. */
export function listReplays(
  tx: Transaction,
  filter: ReplayFilter,
  { after, offset, limit }: RowRange,
): Promise<ReplayRow[]> {
  return tx
    .select()
    .from(replays)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(replays.id, after)))
    .orderBy(desc(replays.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the replays of the list, but no more than `limit`. */
export function countReplays(tx: Transaction, filter: ReplayFilter, limit: number): Promise<number> {
  return countUpTo(tx, replays, conditionsOf(filter), limit);
}

const conditionsOf = ({ tenant, status }: ReplayFilter) =>
  and(
    tenant === undefined ? undefined : eq(replays.tenantId, tenant),
    status === undefined ? undefined : eq(replays.status, status),
  );
