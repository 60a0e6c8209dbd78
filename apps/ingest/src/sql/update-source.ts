import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { eq, sql } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

export type SourceChange = Partial<
  Pick<
    SourceRow,
    'name' | 'secrets' | 'retiredSecrets' | 'verifyToken' | 'options' | 'active' | 'uid' | 'metadata' | 'tags'
  >
> & { deleted?: true };

/** Changes a row that the transaction has locked. Other replicas notice the change by the new `updated_at`. */
export async function updateSource(
  transaction: Transaction,
  id: string,
  { deleted, ...change }: SourceChange,
): Promise<SourceRow> {
  const now = sql`clock_timestamp()`;
  const [row] = await transaction
    .update(sources)
    .set({ ...change, updatedAt: now, ...(deleted ? { deletedAt: now } : {}) })
    .where(eq(sources.id, id))
    .returning();
  if (!row) throw new Error(`the source ${id} was not updated`);
  return row as SourceRow;
}
