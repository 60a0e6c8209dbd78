import type { Database } from '@hookline/db';

const KEPT_DAYS = 30;

/** Deletes the oldest alerts that ended a month ago, with their notifications, at most `limit`. @returns how many */
export async function deleteOldAlerts(database: Database, limit: number): Promise<number> {
  const { rowCount } = await database.system(
    `with old as materialized (
       select id from alerts
       where ended_at < now() - interval '${KEPT_DAYS} days'
       order by ended_at
       limit $1
       for update skip locked
     ), notifications as (
       delete from alert_notifications where alert_id in (select id from old)
     )
     delete from alerts where id in (select id from old)`,
    [limit],
  );
  return rowCount;
}
