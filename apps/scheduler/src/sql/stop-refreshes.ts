import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Takes the tokens of a connection out of the due ones. */
export async function stopRefreshes(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(
    sql`update connection_tokens set refresh_due_at = null where connection_id = ${connectionId}`,
  );
}
