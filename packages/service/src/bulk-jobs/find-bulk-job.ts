import type { BulkJobRow, BulkJobTable, Transaction } from '@hookline/db';
import { eq } from 'drizzle-orm';

/**
 * Finds a bulk job among those that the transaction may see.
 * @param lock waits for the worker that holds the row, and keeps it from others until the transaction ends
 */
export async function findBulkJob(
  tx: Transaction,
  table: BulkJobTable,
  id: string,
  lock?: 'update',
): Promise<BulkJobRow | undefined> {
  const query = tx.select().from(table).where(eq(table.id, id));
  const [row] = await (lock === undefined ? query : query.for(lock));
  return row;
}
