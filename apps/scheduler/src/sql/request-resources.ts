import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Lists the resources of a connection as soon as possible, because they may be other ones now. */
export async function requestResources(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks
    set on_demand = true, due_at = case when lease_id is null then hookline_now() else due_at end
    where connection_id = ${connectionId} and kind = 'resources' and paused_reason is null`);
}
