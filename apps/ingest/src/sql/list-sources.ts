import { countUpTo, type Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

export interface SourceFilter {
  provider: string | undefined;
}

/** Lists sources that are not deleted, newest first, among those that the transaction may see. */
export function listSources(
  transaction: Transaction,
  filter: SourceFilter,
  { after, offset, limit }: RowRange,
): Promise<SourceRow[]> {
  return transaction
    .select()
    .from(sources)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(sources.id, after)))
    .orderBy(desc(sources.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the sources of the list, but no more than `limit`. */
export function countSources(transaction: Transaction, filter: SourceFilter, limit: number): Promise<number> {
  return countUpTo(transaction, sources, conditionsOf(filter), limit);
}

const conditionsOf = ({ provider }: SourceFilter) =>
  and(isNull(sources.deletedAt), provider === undefined ? undefined : eq(sources.provider, provider));
