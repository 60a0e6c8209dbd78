import { type BulkJobRow, type BulkJobTable, countUpTo, type Transaction } from '@hookline/db';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { RowRange } from '../page.ts';

export interface BulkJobFilter {
  /** undefined: all tenants. */
  tenant: string | undefined;
  status: BulkJobRow['status'] | undefined;
}

/** Lists bulk jobs, newest first. */
export function listBulkJobs(
  tx: Transaction,
  table: BulkJobTable,
  filter: BulkJobFilter,
  { after, offset, limit }: RowRange,
): Promise<BulkJobRow[]> {
  return tx
    .select()
    .from(table)
    .where(and(conditionsOf(table, filter), after === undefined ? undefined : lt(table.id, after)))
    .orderBy(desc(table.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the bulk jobs of the list, but no more than `limit`. */
export function countBulkJobs(
  tx: Transaction,
  table: BulkJobTable,
  filter: BulkJobFilter,
  limit: number,
): Promise<number> {
  return countUpTo(tx, table, conditionsOf(table, filter), limit);
}

const conditionsOf = (table: BulkJobTable, { tenant, status }: BulkJobFilter) =>
  and(
    tenant === undefined ? undefined : eq(table.tenantId, tenant),
    status === undefined ? undefined : eq(table.status, status),
  );
