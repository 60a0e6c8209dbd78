import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Transaction } from './database.ts';

/** Counts the rows of a table that meet a condition, but no more than `limit`. */
export async function countUpTo(
  transaction: Transaction,
  table: PgTable,
  where: SQL | undefined,
  limit: number,
): Promise<number> {
  const counted = transaction
    .select({ one: sql<number>`1`.as('one') })
    .from(table)
    .where(where)
    .limit(limit)
    .as('counted');
  const [row] = await transaction.select({ n: sql<number>`count(*)::integer` }).from(counted);
  return row?.n ?? 0;
}
