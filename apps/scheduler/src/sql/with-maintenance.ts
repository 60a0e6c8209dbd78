import type { Database } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';

/** How long such a statement may run. */
export const MAINTENANCE_MS = 15 * 60_000;

/**
 * Runs a statement that changes tables. It may take minutes of work, but may wait for a table's lock only for
 * moments: whatever comes after it in the queue for that lock, such as fan-out's inserts, waits as long.
 */
export function withMaintenance<Row extends object>(database: Database, statement: SQL): Promise<Row[]> {
  return database.withSystem(async (transaction) => {
    await transaction.execute(sql`set local lock_timeout = '3s'`);
    await transaction.execute(sql.raw(`set local statement_timeout = ${MAINTENANCE_MS}`));
    return (await transaction.execute(statement)).rows as unknown as Row[];
  });
}
