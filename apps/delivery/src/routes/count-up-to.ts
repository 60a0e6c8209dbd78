import type { Transaction } from '@hookline/db';
import { MAX_COUNTED, type Total, toTotal } from '@hookline/service';
import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** How many rows of a table fit, counted as far as lists count. */
export async function countUpTo(tx: Transaction, table: PgTable, where: SQL | undefined): Promise<Total> {
  const some = tx
    .select({ one: sql<number>`1`.as('one') })
    .from(table)
    .where(where)
    .limit(MAX_COUNTED + 1)
    .as('some');
  const [row] = await tx.select({ n: sql<number>`count(*)::integer` }).from(some);
  return toTotal(row?.n ?? 0);
}
