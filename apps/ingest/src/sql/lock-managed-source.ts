import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { AnySourceRow } from './source-row.ts';

/**
 * The source with that key. Until the transaction ends, nobody else can change it, or create it if there is none.
 */
export async function lockManagedSource(
  transaction: Transaction,
  key: string,
): Promise<AnySourceRow | undefined> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  const [row] = await transaction
    .select()
    .from(sources)
    .where(and(eq(sources.managedKey, key), isNull(sources.deletedAt)))
    .for('update');
  return row;
}
