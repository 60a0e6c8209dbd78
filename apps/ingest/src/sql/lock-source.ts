import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

/** As findSource; until the transaction ends nobody else can change the row. */
export async function lockSource(transaction: Transaction, id: string): Promise<SourceRow | undefined> {
  const [row] = await transaction
    .select()
    .from(sources)
    .where(and(eq(sources.id, id), isNotNull(sources.tenantId), isNull(sources.deletedAt)))
    .for('update');
  return row as SourceRow | undefined;
}
