import type { Transaction } from '@hookline/db';
import { rejections } from '@hookline/db/ingest';
import { desc, eq } from 'drizzle-orm';
import type { RejectionRow } from './list-rejections.ts';

/** The newest rejections that are searched. */
const MAX_SEARCHED = 5_000;

/** A rejection with this id, among those that the transaction may see. */
export async function findRejectionById(
  transaction: Transaction,
  id: string,
): Promise<RejectionRow | undefined> {
  const [row] = await transaction.select().from(rejections).where(eq(rejections.id, id));
  return row;
}

/** The ids of the newest rejections with a provider's id of its delivery, newest first. */
export async function searchRejections(
  transaction: Transaction,
  providerDeliveryId: string,
  limit: number,
): Promise<string[]> {
  const newest = transaction
    .select({ id: rejections.id, providerDeliveryId: rejections.providerDeliveryId })
    .from(rejections)
    .orderBy(desc(rejections.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  const rows = await transaction
    .select({ id: newest.id })
    .from(newest)
    .where(eq(newest.providerDeliveryId, providerDeliveryId))
    .orderBy(desc(newest.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
