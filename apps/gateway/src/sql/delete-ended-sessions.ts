import type { Database } from '@hookline/db';

/** Deletes sessions that ended more than a day ago, at most `limit`. @returns how many it deleted */
export async function deleteEndedSessions(database: Database, limit: number): Promise<number> {
  const { rowCount } = await database.system(
    `delete from sessions where id in (
       select id from sessions where last_seen_at < now() - interval '36 hours' or expires_at < now() - interval '1 day'
       limit $1 for update skip locked
     )`,
    [limit],
  );
  return rowCount;
}
