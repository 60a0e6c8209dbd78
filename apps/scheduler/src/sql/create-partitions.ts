import type { Database } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { withMaintenance } from './with-maintenance.ts';

/** Creates the missing daily partitions from `daysBefore` today to `daysAhead` of today. @returns how many */
export async function createPartitions(
  database: Database,
  daysBefore: number,
  daysAhead: number,
): Promise<number> {
  const [row] = await withMaintenance<{ made: number }>(
    database,
    sql`select hookline_create_partitions(${daysBefore}::int, ${daysAhead}::int) as made`,
  );
  return row?.made ?? 0;
}
