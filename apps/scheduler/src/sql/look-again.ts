import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/**
 * Makes all that keeps watches and routes of a connection due at once: its grant or its settings are new. What runs now
 * runs once more afterwards, because it may have read the earlier ones.
 */
export async function lookAgain(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks
    set on_demand = true, due_at = case when lease_id is null then hookline_now() else due_at end
    where connection_id = ${connectionId} and kind in ('check', 'watch', 'routes') and paused_reason is null`);
}
