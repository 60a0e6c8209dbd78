import { oneNamed } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, isNotNull, isNull } from 'drizzle-orm';
import { isNamed } from './is-named.ts';
import type { SourceRow } from './source-row.ts';

/** As findSource; until the transaction ends nobody else can change the row. */
export async function lockSource(transaction: Transaction, name: string): Promise<SourceRow | undefined> {
  const rows = await transaction
    .select()
    .from(sources)
    .where(and(isNamed(name), isNotNull(sources.tenantId), isNull(sources.deletedAt)))
    .limit(2)
    .for('update');
  return oneNamed(rows as SourceRow[], 'a source');
}
