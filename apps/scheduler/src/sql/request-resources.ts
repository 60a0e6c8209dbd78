import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { setDueNow } from './set-due-now.ts';

/** Lists the resources of a connection as soon as possible, because they may be other ones now. */
export async function requestResources(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks
    set ${sql.raw(setDueNow())}
    where connection_id = ${connectionId} and kind = 'resources' and paused_reason is null`);
}
