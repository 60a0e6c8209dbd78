import type { Database } from '@hookline/db';

/** The end of an API key, a session or a portal session. */
export interface Ending {
  id: string;
  /** 0: it has ended, or does not exist. */
  endsAfterMs: number;
}

/** Lists those of the given API keys, sessions and portal sessions that have ended or end within a minute. */
export async function listEndings(database: Database, ids: readonly string[]): Promise<Ending[]> {
  const { rows } = await database.system<Ending>(
    `select given.id,
       case when known.id is null or known.is_revoked then 0
            else greatest(0, extract(epoch from known.ends_at - now()) * 1000)::float8
       end as "endsAfterMs"
     from unnest($1::text[]) as given (id)
     left join (
       select id, revoked_at is not null as is_revoked, expires_at as ends_at
       from api_keys where id = any ($1::text[])
       union all
       select id, false, least(expires_at, last_seen_at + interval '12 hours')
       from sessions where id = any ($1::text[])
       union all
       select id, false, expires_at
       from portal_sessions where id = any ($1::text[])
     ) known on known.id = given.id
     where known.id is null or known.is_revoked or known.ends_at < now() + interval '60 seconds'`,
    [ids],
  );
  return rows;
}
