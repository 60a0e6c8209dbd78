import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

/** A source that has not been deleted, among those that the transaction may see. */
export async function findSource(transaction: Transaction, id: string): Promise<SourceRow | undefined> {
  const [row] = await transaction
    .select()
    .from(sources)
    .where(and(eq(sources.id, id), isNotNull(sources.tenantId), isNull(sources.deletedAt)));
  return row as SourceRow | undefined;
}
