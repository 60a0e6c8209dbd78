import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Whether a time is still to come, by the clock that all replicas share. */
export async function isInFuture(transaction: Transaction, at: Date): Promise<boolean> {
  const { rows } = await transaction.execute<{ future: boolean }>(
    sql`select ${at.toISOString()}::timestamptz > now() as future`,
  );
  return rows[0]?.future === true;
}
