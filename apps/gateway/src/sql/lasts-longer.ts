import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Whether so many seconds from now end after a time, by the clock that all replicas share. */
export async function lastsLonger(transaction: Transaction, seconds: number, than: Date): Promise<boolean> {
  const { rows } = await transaction.execute<{ longer: boolean }>(
    sql`select now() + ${seconds}::float8 * interval '1 second' > ${than.toISOString()}::timestamptz as longer`,
  );
  return rows[0]?.longer === true;
}
