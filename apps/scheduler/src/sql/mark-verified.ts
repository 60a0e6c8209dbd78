import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Notes that the provider has just told whose account a connection is. */
export async function markVerified(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update connections set verified_at = hookline_now(), updated_at = hookline_now() where id = ${connectionId}`);
}
