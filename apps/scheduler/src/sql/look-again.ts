import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Makes all that keeps watches and routes of a connection due at once: its grant or its settings are new. */
export async function lookAgain(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks set due_at = hookline_now(), on_demand = true
    where connection_id = ${connectionId} and kind in ('check', 'watch', 'routes') and lease_id is null
      and paused_reason is null`);
}
