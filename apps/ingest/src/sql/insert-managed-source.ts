import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import type { AnySourceRow } from './source-row.ts';

export async function insertManagedSource(
  transaction: Transaction,
  source: typeof sources.$inferInsert & { managedBy: string; managedKey: string },
): Promise<AnySourceRow> {
  const [row] = await transaction.insert(sources).values(source).returning();
  if (!row) throw new Error('the source was not inserted');
  return row;
}
