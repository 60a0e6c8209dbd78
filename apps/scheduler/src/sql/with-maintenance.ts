import type { Database } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';

/** How long a maintenance statement may run. */
export const MAINTENANCE_MS = 15 * 60_000;

/**
 * Runs a statement that creates or drops tables. It may run for minutes, but may wait for a table's lock only for seconds,
 * because every later statement that needs the lock, such as an insert of fan-out, waits behind it.
 */
export function withMaintenance<Row extends object>(database: Database, statement: SQL): Promise<Row[]> {
  return database.withSystem(async (transaction) => {
    await transaction.execute(sql`set local lock_timeout = '3s'`);
    await transaction.execute(sql.raw(`set local statement_timeout = ${MAINTENANCE_MS}`));
    return (await transaction.execute(statement)).rows as unknown as Row[];
  });
}
