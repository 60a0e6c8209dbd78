import type { Database } from '@hookline/db';

/** Steps of 5 minutes are read at the edge of windows of up to 48 hours, and an event may arrive a day late. */
const FINE_DAYS = 3;

const PRUNE = `
with old as (
  (select tenant_id, endpoint_id, step_seconds, bucket, event_type from statistics
   where step_seconds = 300 and bucket < now() - $1 * interval '1 day' limit $3)
  union all
  (select tenant_id, endpoint_id, step_seconds, bucket, event_type from statistics
   where step_seconds in (3600, 86400) and bucket < now() - $2 * interval '1 day' limit $3)
)
delete from statistics s
using old
where s.tenant_id = old.tenant_id and s.step_seconds = old.step_seconds and s.bucket = old.bucket
  and s.endpoint_id = old.endpoint_id and s.event_type = old.event_type`;

/** Removes old rows of the statistics, a bounded number at once. @returns the number of removed rows */
export async function pruneStatistics(
  database: Database,
  keepDays: number,
  maxRows: number,
): Promise<number> {
  const { rowCount } = await database.system(PRUNE, [FINE_DAYS, keepDays, maxRows]);
  return rowCount;
}
