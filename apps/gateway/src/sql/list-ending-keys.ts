import type { Database } from '@hookline/db';

export interface Ending {
  id: string;
  /** 0: it has ended, or does not exist. */
  endsAfterMs: number;
}

/** Lists those of the given API keys that have ended or end within a minute. */
export async function listEndingKeys(database: Database, ids: readonly string[]): Promise<Ending[]> {
  const { rows } = await database.system<Ending>(
    `select given.id,
       case when api_keys.id is null or revoked_at is not null then 0
            else greatest(0, extract(epoch from expires_at - now()) * 1000)::float8
       end as "endsAfterMs"
     from unnest($1::text[]) as given (id)
     left join api_keys on api_keys.id = given.id
     where api_keys.id is null or revoked_at is not null or expires_at < now() + interval '60 seconds'`,
    [ids],
  );
  return rows;
}
