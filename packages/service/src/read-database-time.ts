import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** The time by the database's clock. */
export async function readDatabaseTime(tx: Transaction): Promise<Date> {
  const { rows } = await tx.execute<{ ms: number }>(
    sql`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`,
  );
  const [row] = rows;
  if (!row) throw new Error('Postgres did not tell the time');
  return new Date(row.ms);
}
