import type { Transaction } from '@hookline/db';
import { platformWebhooks } from '@hookline/db/scheduler';
import { and, eq, isNull } from 'drizzle-orm';
import type { WatchRow } from './watch-row.ts';

/** A registered webhook that is not deleted, among those that the transaction may see. */
export async function findRegisteredWebhook(
  transaction: Transaction,
  id: string,
): Promise<WatchRow | undefined> {
  const [row] = await transaction
    .select()
    .from(platformWebhooks)
    .where(and(eq(platformWebhooks.id, id), isNull(platformWebhooks.deletedAt)));
  return row;
}
