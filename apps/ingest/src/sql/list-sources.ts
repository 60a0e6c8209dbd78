import { countUpTo, type Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import type { RowRange } from '@hookline/service';
import { and, arrayContains, desc, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

export interface SourceFilter {
  provider: string | undefined;
  tag?: string | undefined;
}

/** Lists the tenants' sources that are not deleted, newest first, among those that the transaction may see. */
export async function listSources(
  transaction: Transaction,
  filter: SourceFilter,
  { after, offset, limit }: RowRange,
): Promise<SourceRow[]> {
  const rows = await transaction
    .select()
    .from(sources)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(sources.id, after)))
    .orderBy(desc(sources.id))
    .limit(limit)
    .offset(offset);
  return rows as SourceRow[];
}

/** Counts the sources of the list, but no more than `limit`. */
export function countSources(transaction: Transaction, filter: SourceFilter, limit: number): Promise<number> {
  return countUpTo(transaction, sources, conditionsOf(filter), limit);
}

const conditionsOf = ({ provider, tag }: SourceFilter) =>
  and(
    isNotNull(sources.tenantId),
    isNull(sources.deletedAt),
    provider === undefined ? undefined : eq(sources.provider, provider),
    tag === undefined ? undefined : arrayContains(sources.tags, [tag]),
  );
