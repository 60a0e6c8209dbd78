import type { Database } from '@hookline/db';

/** Deletes portal sessions that ended more than a day ago, at most `limit`, and expired tokens. @returns how many of the larger kind */
export async function deleteEndedPortalSessions(database: Database, limit: number): Promise<number> {
  const { rows } = await database.system<{ deleted: number }>(
    `with ended as (
       delete from portal_sessions where id in (
         select id from portal_sessions where expires_at < now() - interval '1 day'
         limit $1 for update skip locked
       )
       returning id
     ), tokens as (
       delete from portal_tokens where token_hash in (
         select token_hash from portal_tokens where expires_at < now()
         limit $1 for update skip locked
       )
       returning token_hash
     )
     select greatest((select count(*) from ended), (select count(*) from tokens))::integer as deleted`,
    [limit],
  );
  return rows[0]?.deleted ?? 0;
}
