import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** All tasks of a connection. The result of a run that is under way is dropped. */
export async function removeTaskRows(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`delete from connection_tasks where connection_id = ${connectionId}`);
}
