import type { Transaction } from '@hookline/db';
import { announcements } from '@hookline/db/delivery';

/** Stores an announcement. The announcer publishes it to the tenant. */
export async function insertAnnouncement(
  tx: Transaction,
  announcement: typeof announcements.$inferInsert,
): Promise<void> {
  await tx.insert(announcements).values(announcement);
}
