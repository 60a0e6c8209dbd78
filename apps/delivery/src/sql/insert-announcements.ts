import type { Transaction } from '@hookline/db';
import { announcements } from '@hookline/db/delivery';

/** Stores announcements. The announcer publishes them to their tenants. */
export async function insertAnnouncements(
  tx: Transaction,
  rows: readonly (typeof announcements.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await tx.insert(announcements).values([...rows]);
}
