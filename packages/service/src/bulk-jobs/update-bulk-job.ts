import type { BulkJobRow, BulkJobTable, Transaction } from '@hookline/db';
import { eq, sql } from 'drizzle-orm';

/** The statuses that a caller can give a bulk job. */
export type BulkJobTarget = 'running' | 'paused' | 'cancelled';

const CHANGES = {
  running: { status: 'running', dueAt: sql`now()` },
  paused: { status: 'paused', dueAt: null },
  cancelled: { status: 'cancelled', dueAt: null, finishedAt: sql`coalesce(finished_at, now())` },
} as const;

/** Changes the status of a bulk job that the transaction has locked. */
export async function updateBulkJob(
  tx: Transaction,
  table: BulkJobTable,
  id: string,
  status: BulkJobTarget,
): Promise<BulkJobRow> {
  const [row] = await tx.update(table).set(CHANGES[status]).where(eq(table.id, id)).returning();
  if (!row) throw new Error(`the bulk job ${id} was not updated`);
  return row;
}
