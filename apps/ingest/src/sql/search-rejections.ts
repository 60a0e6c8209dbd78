import type { Transaction } from '@hookline/db';
import { rejections } from '@hookline/db/ingest';
import { desc, eq, sql } from 'drizzle-orm';
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

/**
 * The ids of the newest rejections with a provider's id of its delivery, or with a request id, newest first. Of a request that
 * was not verified only the headers are known, so the id is looked for there as well. Secrets in them are redacted.
 */
export async function searchRejections(
  transaction: Transaction,
  providerDeliveryId: string,
  limit: number,
): Promise<string[]> {
  const newest = transaction
    .select({
      id: rejections.id,
      providerDeliveryId: rejections.providerDeliveryId,
      headers: rejections.headers,
    })
    .from(rejections)
    .orderBy(desc(rejections.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  const rows = await transaction
    .select({ id: newest.id })
    .from(newest)
    .where(
      sql`${newest.providerDeliveryId} = ${providerDeliveryId}::text
        or exists (select from jsonb_each_text(${newest.headers}) h where h.value = ${providerDeliveryId}::text)`,
    )
    .orderBy(desc(newest.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
