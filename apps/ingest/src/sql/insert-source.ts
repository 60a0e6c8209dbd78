import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import type { SourceRow } from './source-row.ts';

export async function insertSource(
  transaction: Transaction,
  source: typeof sources.$inferInsert & { tenantId: string },
): Promise<SourceRow> {
  const [row] = await transaction.insert(sources).values(source).returning();
  if (!row) throw new Error('the source was not inserted');
  return row as SourceRow;
}
