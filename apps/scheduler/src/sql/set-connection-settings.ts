import type { Transaction } from '@hookline/db';
import { type ConnectionSettings, connections } from '@hookline/db/scheduler';
import { eq, sql } from 'drizzle-orm';

export async function setConnectionSettings(
  transaction: Transaction,
  id: string,
  settings: ConnectionSettings,
): Promise<void> {
  await transaction
    .update(connections)
    .set({ settings, updatedAt: sql`hookline_now()` })
    .where(eq(connections.id, id));
}
