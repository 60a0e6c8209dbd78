import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { setDueNow } from './set-due-now.ts';

/**
 * Makes all that keeps watches and routes of a connection due at once: its grant or its settings are new. What runs now
 * runs once more afterwards, because it may have read the earlier ones.
 */
export async function lookAgain(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks
    set ${sql.raw(setDueNow())}
    where connection_id = ${connectionId} and kind in ('check', 'watch', 'routes') and paused_reason is null`);
}
