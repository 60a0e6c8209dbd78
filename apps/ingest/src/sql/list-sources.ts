import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

export interface SourceFilter {
  provider: string | undefined;
  /** Only sources made before this one. */
  beforeId: string | undefined;
  offset: number;
  limit: number;
}

/** Sources that have not been deleted, newest first, among those that the transaction may see. */
export function listSources(transaction: Transaction, filter: SourceFilter): Promise<SourceRow[]> {
  return transaction
    .select()
    .from(sources)
    .where(conditionsOf(filter))
    .orderBy(desc(sources.id))
    .offset(filter.offset)
    .limit(filter.limit);
}

/** How many there are, counted up to a limit. */
export async function countSources(
  transaction: Transaction,
  filter: SourceFilter,
  limit: number,
): Promise<number> {
  const some = transaction
    .select({ id: sources.id })
    .from(sources)
    .where(conditionsOf(filter))
    .limit(limit)
    .as('some');
  const [row] = await transaction.select({ n: sql<number>`count(*)::integer` }).from(some);
  return row?.n ?? 0;
}

const conditionsOf = (filter: SourceFilter) =>
  and(
    isNull(sources.deletedAt),
    filter.provider === undefined ? undefined : eq(sources.provider, filter.provider),
    filter.beforeId === undefined ? undefined : lt(sources.id, filter.beforeId),
  );
