import type { Transaction } from '@hookline/db';
import { rejections } from '@hookline/db/ingest';
import { and, eq } from 'drizzle-orm';
import type { RejectionRow } from './list-rejections.ts';

/** A rejection of a source, among those that the transaction may see. */
export async function findRejection(
  transaction: Transaction,
  sourceId: string,
  id: string,
): Promise<RejectionRow | undefined> {
  const [row] = await transaction
    .select()
    .from(rejections)
    .where(and(eq(rejections.id, id), eq(rejections.sourceId, sourceId)));
  return row;
}
