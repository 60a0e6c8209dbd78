import type { Database } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { withMaintenance } from './with-maintenance.ts';

/** Drops the days of the audit that ended `keptDays` ago or earlier. @returns the names of their partitions */
export async function dropAuditPartitions(database: Database, keptDays: number): Promise<string[]> {
  const rows = await withMaintenance<{ name: string }>(
    database,
    sql`select name from hookline_drop_audit_partitions(now() - make_interval(days => ${keptDays})) as name`,
  );
  return rows.map(({ name }) => name);
}
