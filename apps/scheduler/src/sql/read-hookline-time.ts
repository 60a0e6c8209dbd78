import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** The time that due times, leases and expiries are compared with. */
export async function readHooklineTime(transaction: Transaction): Promise<Date> {
  const { rows } = await transaction.execute<{ now: Date }>(sql`select hookline_now() as now`);
  const [row] = rows;
  if (!row) throw new Error('Postgres did not tell the time');
  return new Date(row.now);
}
